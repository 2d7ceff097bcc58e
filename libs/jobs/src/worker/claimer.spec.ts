import { claimedRow } from '../../../../test/support/claimed-row.js';
import type { JobStore } from '../store/job.store.js';
import { Claimer } from './claimer.js';

describe('Claimer', () => {
  let nowMs: number;
  /** How long a claim without marks takes. */
  let unmarkedMs: number;
  let claimer: Claimer;
  let marked: boolean[];

  beforeEach(() => {
    nowMs = 1_000;
    marked = [];
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const store: Pick<JobStore, 'claim'> = {
      claim: async ([, , , , , times]) => {
        const isMarked = String(times).includes('2026');
        marked.push(isMarked);
        if (!isMarked) nowMs += unmarkedMs;
        return [claimedRow({ scheduled_at: '2026-05-01 10:00:00+00' })];
      },
    };
    claimer = new Claimer({
      store: store as JobStore,
      shards: 1,
      workerId: () => 'worker',
      queues: () => ['default'],
      carryTest: (run) => run(null),
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  async function isMarkedAfter(ms: number): Promise<boolean> {
    nowMs += ms;
    await claimer.claim(1);
    return marked.at(-1)!;
  }

  it('looks without marks once a second while claims come back full', async () => {
    unmarkedMs = 0;
    expect(await isMarkedAfter(0)).toBe(false);
    expect(await isMarkedAfter(999)).toBe(true);
    expect(await isMarkedAfter(1)).toBe(false);
  });

  it('spends a twentieth of the time on that where it is slow', async () => {
    unmarkedMs = 200;
    expect(await isMarkedAfter(0)).toBe(false);
    expect(await isMarkedAfter(3_799)).toBe(true);
    expect(await isMarkedAfter(1)).toBe(false);
  });
});
