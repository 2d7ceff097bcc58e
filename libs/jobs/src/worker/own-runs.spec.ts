import { Logger } from '@nestjs/common';
import { claimedRow } from '../../../../test/support/claimed-row.js';
import type { JobStore } from '../store/job.store.js';
import { OwnRuns } from './own-runs.js';
import { RunningJob } from './running-job.js';
import { Workbench } from './workbench.js';

const BROKEN_OFF = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
const AWAY = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('the search for lost claims', () => {
  let nowMs: number;
  let reads: number;
  let takesMs: number;
  let error: Error | null;
  let lines: string[];
  let bench: Workbench;
  let ownRuns: OwnRuns;

  beforeEach(() => {
    nowMs = 1_000;
    reads = 0;
    takesMs = 0;
    error = null;
    lines = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(String(line)));
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    bench = new Workbench(5);
    const store: Pick<JobStore, 'readOwnRuns'> = {
      readOwnRuns: async () => {
        reads++;
        nowMs += takesMs;
        if (error) throw error;
        return [];
      },
    };
    ownRuns = new OwnRuns({
      jobs: store as JobStore,
      shards: 1,
      bench,
      workerId: () => 'worker',
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  async function readsAfter(ms: number): Promise<number> {
    nowMs += ms;
    const before = reads;
    await ownRuns.runIfDue();
    return reads - before;
  }

  function takeOne(): void {
    bench.add([new RunningJob(0, claimedRow())]);
  }

  it('comes every half minute while the worker takes jobs', async () => {
    takeOne();
    expect(await readsAfter(29_999)).toBe(0);
    expect(await readsAfter(1)).toBe(1);
    bench.reserve(['a job that is being inserted']);
    expect(await readsAfter(29_999)).toBe(0);
    expect(await readsAfter(1)).toBe(1);
  });

  it('does not ask the database of an idle worker, unless a claim has failed', async () => {
    expect(await readsAfter(30_000)).toBe(0);
    ownRuns.dueNow();
    expect(await readsAfter(0)).toBe(1);
  });

  it('comes once more after a failed claim, which may have been committed later', async () => {
    ownRuns.dueNow();
    expect(await readsAfter(0)).toBe(1);
    expect(await readsAfter(30_000)).toBe(1);
    expect(await readsAfter(30_000)).toBe(0);
  });

  it('leaves out the half minutes of a thousand jobs a second and more, whose entries it would step over', async () => {
    bench.taken = 30_001;
    expect(await readsAfter(30_000)).toBe(0);
    expect(await readsAfter(30_000)).toBe(1);
  });

  it('comes after a failed claim, however many jobs the worker has taken', async () => {
    bench.taken = 2_000_000;
    ownRuns.dueNow();
    expect(await readsAfter(0)).toBe(1);
    expect(await readsAfter(30_000)).toBe(1);
  });

  it('comes the more rarely the longer the last one took, as it does while a transaction stays open', async () => {
    takesMs = 1_500;
    takeOne();
    expect(await readsAfter(30_000)).toBe(1);
    for (let ms = 30_000; ms < 1_500_000; ms += 30_000) {
      takeOne();
      expect(await readsAfter(30_000)).toBe(0);
    }
    expect(await readsAfter(30_000)).toBe(1);
  });

  it('lets claims go on when the server breaks it off, and is made again later', async () => {
    [takesMs, error] = [8_000, BROKEN_OFF];
    ownRuns.dueNow();
    expect(await readsAfter(0)).toBe(1);
    expect(lines).toEqual([
      'The database answers too slowly (57014): canceling statement due to statement timeout. ' +
        'The search for lost claims will be made again later.',
    ]);
    expect(await readsAfter(151_999)).toBe(0);
    expect(await readsAfter(1)).toBe(1);
    [takesMs, error] = [0, null];
    expect(await readsAfter(152_000)).toBe(1);
    expect(await readsAfter(30_000)).toBe(1);
    expect(await readsAfter(30_000)).toBe(0);
  });

  it('fails as a claim does when the database is away', async () => {
    error = AWAY;
    ownRuns.dueNow();
    await expect(ownRuns.runIfDue()).rejects.toBe(AWAY);
    expect(lines).toEqual([]);
  });
});
