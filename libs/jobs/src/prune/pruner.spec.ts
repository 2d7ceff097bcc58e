import { eventually } from '../../../../test/support/eventually.js';
import type { PruneStore } from '../store/stages/prune.store.js';
import { Pruner } from './pruner.js';
import { systemClock } from '../support/time/clock.js';

describe('Pruner', () => {
  it('runs one round at a time, no matter how often it is called', async () => {
    let rounds = 0;
    let goOn: (count: number) => void = () => {};
    const store = {
      pruneCompleted: async () => ({ looked: 1, last_id: null, pruned: 1 }),
      pruneFailed: () => new Promise<number>((resolve) => (rounds++, (goOn = resolve))),
      pruneWorkers: async () => 3,
      pruneTicks: async () => 4,
      pruneOperations: async () => 5,
    } as unknown as PruneStore;
    const pruner = new Pruner(store, { completedMs: 0, failedMs: 0, pruneEveryMs: 60_000 }, 1, systemClock);

    const asked = [pruner.runOnce(), pruner.runOnce()];
    await eventually(() => expect(rounds).toBe(1));
    goOn(2);
    const counts = { completed: 2, failed: 2, workers: 3, ticks: 4, operations: 5 };
    expect(await Promise.all(asked)).toEqual([counts, counts]);

    const next = pruner.runOnce();
    await eventually(() => expect(rounds).toBe(2));
    goOn(0);
    expect(await next).toMatchObject({ failed: 0 });
  });

  it('reads the completed jobs of a small table once per round', async () => {
    let pages = 0;
    const store = {
      pruneCompleted: async () => (pages++, { looked: 3, last_id: 'f', pruned: 0 }),
      pruneFailed: async () => 0,
      pruneWorkers: async () => 0,
      pruneTicks: async () => 0,
      pruneOperations: async () => 0,
    } as unknown as PruneStore;
    const pruner = new Pruner(store, { completedMs: 0, failedMs: 0, pruneEveryMs: 60_000 }, 1, systemClock);
    await pruner.runOnce();
    expect(pages).toBe(2);
    await pruner.runOnce();
    expect(pages).toBe(3);
  });

  it('deletes fewer rows at once after a statement that timed out', async () => {
    const limits: number[] = [];
    const store = {
      pruneCompleted: async () => ({ looked: 0, last_id: null, pruned: 0 }),
      pruneFailed: async ({ limit }: { limit: number }) => {
        limits.push(limit);
        if (limit > 300) throw Object.assign(new Error('statement timeout'), { code: '57014' });
        return 0;
      },
      pruneWorkers: async () => 0,
      pruneTicks: async () => 0,
      pruneOperations: async () => 0,
    } as unknown as PruneStore;
    const pruner = new Pruner(store, { completedMs: 0, failedMs: 0, pruneEveryMs: 60_000 }, 1, systemClock);
    for (let i = 0; i < 2; i++) await expect(pruner.runOnce()).rejects.toThrow('statement timeout');
    await pruner.runOnce();
    expect(Math.max(...limits)).toBe(1_000);
    expect(limits.at(-1)).toBeLessThanOrEqual(300);
  });
});
