import { Logger } from '@nestjs/common';
import { eventually } from '../../../../test/support/eventually.js';
import type { SettledRow } from '../store/sql/settle/settle-jobs.sql.js';
import type { RunOutcomes } from '../store/sql/settle/settle-params.js';
import { LostClaims } from './lost-claims.js';
import { Workbench } from '../slots/workbench.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { TestClock } from '../../../../test/support/test-clock.js';

const BROKEN_OFF = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
const AWAY = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('the search for lost claims', () => {
  let clock: TestClock;
  let reads: number;
  let takesMs: number;
  let error: Error | null;
  let lines: string[];
  let bench: Workbench;
  let found: { id: string; run: number }[];
  let answered: Promise<void>;
  let handedBack: string[];
  let woken: number;
  let lostClaims: LostClaims;

  async function readLostClaims(): Promise<{ id: string; run: number }[]> {
    reads++;
    clock.nowMs += takesMs;
    await answered;
    if (error) throw error;
    return found;
  }

  async function settle({ outcomes }: RunOutcomes): Promise<Map<string, SettledRow>> {
    expect(outcomes.map(({ outcome }) => outcome.kind)).toEqual(outcomes.map(() => 'handed_back'));
    handedBack.push(...outcomes.map(({ id }) => id));
    return new Map();
  }

  beforeEach(() => {
    clock = new TestClock(1_000);
    reads = 0;
    takesMs = 0;
    error = null;
    lines = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(String(line)));
    bench = new Workbench(5, clock);
    found = [];
    answered = Promise.resolve();
    handedBack = [];
    woken = 0;
    lostClaims = new LostClaims({
      clock,
      outcomes: { settle },
      searches: { readLostClaims },
      options: { shards: 1 },
      bench,
      workerId: 'worker',
      onFound: () => woken++,
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  async function readsAfter(ms: number): Promise<number> {
    clock.nowMs += ms;
    const before = reads;
    await lostClaims.runIfDue();
    return reads - before;
  }

  function takeOne(): void {
    bench.add([runningJob({}, clock)]);
  }

  it('runs every half minute while the worker takes jobs', async () => {
    takeOne();
    expect(await readsAfter(29_999)).toBe(0);
    expect(await readsAfter(1)).toBe(1);
    bench.reserve(['a job that is being inserted']);
    expect(await readsAfter(29_999)).toBe(0);
    expect(await readsAfter(1)).toBe(1);
  });

  it('does not run for an idle worker, unless a claim has failed', async () => {
    expect(await readsAfter(30_000)).toBe(0);
    lostClaims.searchSoon();
    expect(await readsAfter(0)).toBe(1);
  });

  it('runs a second time after a failed claim, which may have been committed later', async () => {
    lostClaims.searchSoon();
    expect(await readsAfter(0)).toBe(1);
    expect(await readsAfter(30_000)).toBe(1);
    expect(await readsAfter(30_000)).toBe(0);
  });

  it('skips its regular runs at a thousand jobs a second and more, because it would step over their entries', async () => {
    bench.taken = 30_001;
    expect(await readsAfter(30_000)).toBe(0);
    expect(await readsAfter(30_000)).toBe(1);
  });

  it('runs after a failed claim, no matter how many jobs the worker has taken', async () => {
    bench.taken = 2_000_000;
    lostClaims.searchSoon();
    expect(await readsAfter(0)).toBe(1);
    expect(await readsAfter(30_000)).toBe(1);
  });

  it('runs more rarely the longer the last one took', async () => {
    takesMs = 1_500;
    takeOne();
    expect(await readsAfter(30_000)).toBe(1);
    for (let ms = 30_000; ms < 1_500_000; ms += 30_000) {
      takeOne();
      expect(await readsAfter(30_000)).toBe(0);
    }
    expect(await readsAfter(30_000)).toBe(1);
  });

  it('lets claims continue when the server cancels it, and runs again later', async () => {
    [takesMs, error] = [600_000, BROKEN_OFF];
    lostClaims.searchSoon();
    expect(await readsAfter(0)).toBe(1);
    expect(lines).toEqual([
      'The database answers too slowly (57014): canceling statement due to statement timeout. ' +
        'The search for lost claims will be made again later.',
    ]);
    expect(await readsAfter(11_399_999)).toBe(0);
    expect(await readsAfter(1)).toBe(1);
    [takesMs, error] = [0, null];
    expect(await readsAfter(11_400_000)).toBe(1);
    expect(await readsAfter(30_000)).toBe(1);
    expect(await readsAfter(30_000)).toBe(0);
  });

  it('fails like a claim if the database is unavailable', async () => {
    error = AWAY;
    lostClaims.searchSoon();
    await expect(lostClaims.runIfDue()).rejects.toBe(AWAY);
    expect(lines).toEqual([]);
  });

  it('hands back jobs that the worker does not hold, and no others', async () => {
    const job = runningJob({}, clock);
    bench.add([job]);
    found = [
      { id: job.id, run: job.row.run },
      { id: 'lost', run: 3 },
    ];
    lostClaims.searchSoon();
    await readsAfter(0);
    expect(handedBack).toEqual(['lost']);
    expect(await readsAfter(0)).toBe(0);
    expect(handedBack).toEqual(['lost']);
  });

  describe('that takes long', () => {
    let answer: () => void;

    beforeEach(() => {
      answered = new Promise((resolve) => (answer = resolve));
      found = [{ id: 'lost', run: 1 }];
      lostClaims.searchSoon();
    });

    it('delays one claim for a tenth of a second, and no other', async () => {
      const startedMs = Date.now();
      await readsAfter(0);
      expect(Date.now() - startedMs).toBeLessThan(2_000);
      jest.spyOn(global, 'setTimeout').mockImplementation(() => {
        throw new Error('waited again');
      });
      expect(await readsAfter(30_000)).toBe(0);
      expect(await readsAfter(30_000)).toBe(0);
    });

    it('wakes the loop once it has found a job, which is handed back before the next claim', async () => {
      await readsAfter(0);
      answer();
      await eventually(() => expect(woken).toBe(1));
      expect(handedBack).toEqual([]);
      await readsAfter(0);
      expect(handedBack).toEqual(['lost']);
    });

    it('does not hand back jobs of a claim that was under way during the search', async () => {
      await readsAfter(0);
      const job = runningJob({}, clock);
      found = [{ id: job.id, run: job.row.run }];
      answer();
      await eventually(() => expect(woken).toBe(1));
      bench.add([job]);
      await readsAfter(0);
      expect(handedBack).toEqual([]);
    });

    it('fails at the next claim if the database becomes unavailable during the search', async () => {
      await readsAfter(0);
      error = AWAY;
      answer();
      await eventually(async () => expect(lostClaims.runIfDue()).rejects.toBe(AWAY));
    });
  });
});
