import { PassedJobs } from './passed-jobs.js';

describe('PassedJobs', () => {
  let passed: PassedJobs;
  let asked: boolean;

  beforeEach(() => {
    passed = new PassedJobs();
    asked = false;
  });

  function offer(...jobs: [id: string, priority: number, shard?: number][]): void {
    void passed
      .offer(jobs.map(([id, priority, shard = 0]) => ({ id, run: 0, priority, shard, lane: `${priority}:${id}` })))
      .then(() => (asked = true));
  }

  const take = (limit: number, priority = 9) => passed.take(limit, priority).map(({ id }) => id);

  it('gives up to a limit of jobs, from one shard at a time', () => {
    offer(['a', 5], ['b', 5, 1], ['c', 5], ['d', 5]);
    expect(take(2)).toEqual(['a', 'c']);
    expect(take(2)).toEqual(['b']);
    expect(take(2)).toEqual(['d']);
    expect(passed.isEmpty).toBe(true);
  });

  it('keeps jobs of lower priorities than a claim reaches', () => {
    offer(['low', 9], ['high', 1]);
    expect(take(10, 5)).toEqual(['high']);
    expect(take(10, 5)).toEqual([]);
    expect(take(10, 9)).toEqual(['low']);
  });

  it('forgets jobs of lanes that may not be claimed from, and no longer waits for them', async () => {
    offer(['a', 5], ['b', 5]);
    passed.forget(new Set(['5:b']));
    expect(take(10)).toEqual(['a']);
    offer(['c', 5]);
    passed.forget(new Set(['5:c']));
    await Promise.resolve();
    expect([asked, passed.isEmpty]).toEqual([true, true]);
  });

  it('resolves the offer once claims have asked for all of its jobs, or will not', async () => {
    offer(['a', 5], ['b', 5]);
    take(1);
    passed.asked();
    await Promise.resolve();
    expect(asked).toBe(false);
    take(1);
    passed.asked();
    await Promise.resolve();
    expect(asked).toBe(true);
    asked = false;
    offer(['c', 5]);
    passed.finish();
    await Promise.resolve();
    expect([asked, passed.isEmpty]).toEqual([true, true]);
  });
});
