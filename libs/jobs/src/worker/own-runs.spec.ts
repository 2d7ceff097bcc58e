import { claimedRow } from '../../../../test/support/claimed-row.js';
import type { JobStore } from '../store/job.store.js';
import { OwnRuns } from './own-runs.js';
import { RunningJob } from './running-job.js';
import { Workbench } from './workbench.js';

describe('the search for lost claims', () => {
  let nowMs: number;
  let reads: number;
  let bench: Workbench;
  let ownRuns: OwnRuns;

  beforeEach(() => {
    nowMs = 1_000;
    reads = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    bench = new Workbench(5);
    const store: Pick<JobStore, 'readOwnRuns'> = {
      readOwnRuns: async () => {
        reads++;
        return [];
      },
    };
    ownRuns = new OwnRuns(store as JobStore, 1, bench, () => 'worker');
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

  it('comes every half minute while the worker takes jobs', async () => {
    bench.add([new RunningJob(0, claimedRow())]);
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
});
