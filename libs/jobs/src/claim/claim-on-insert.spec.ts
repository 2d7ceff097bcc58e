import { z } from 'zod';
import { defineJob } from '../job/job-definition.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import type { StartableJob } from '../wake/local-worker.js';
import { ClaimOnInsert } from './claim-on-insert.js';
import { Workbench } from '../slots/workbench.js';
import { systemClock } from '../support/time/clock.js';

const AT = '2026-05-01T10:00:00.123456+00:00';
const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));

describe('ClaimOnInsert', () => {
  let bench: Workbench;
  let calls: string[];
  let starts: ClaimOnInsert;

  beforeEach(() => {
    bench = new Workbench(2, systemClock);
    calls = [];
    const registry = new DefinitionRegistry();
    registry.addProcessor(defineJob({ type: 'greet', payload: z.object({}) }), { process: async () => undefined });
    starts = new ClaimOnInsert({
      clock: systemClock,
      bench,
      loop: { foundAll: true, wake: () => calls.push('wake'), slotFreed: () => calls.push('slotFreed') },
      lostClaims: { searchSoon: () => calls.push('searchSoon') },
      registry,
      workerId: 'first',
      takes: () => true,
      mayClaim: () => true,
      add: (jobs) => bench.add(jobs),
      startWaiting: () => calls.push('startWaiting'),
      handBack: () => calls.push('handBack'),
    });
  });

  const job = (id: string): StartableJob => ({
    shard: 0,
    id,
    type: 'greet',
    payload: '{"n":1}',
    queue: 'default',
    priority: 5,
    maxAttempts: 3,
    timeoutMs: 1_000,
  });

  it('makes the same row of an inserted job as a claim would', async () => {
    const reservation = starts.reserve([job('a')])!;
    expect(reservation.workerId).toBe('first');
    expect(bench.heldJobs()).toEqual([]);
    reservation.inserted(AT);
    await nextTick();
    const row = { id: 'a', payload: { n: 1 }, attempts: 1, run: 1, max_attempts: 3, timeout_ms: 1_000, crashes: null };
    expect(bench.heldJobs()[0]).toMatchObject({ shard: 0, row: { ...row, scheduled_at: AT, wait_ms: 0 } });
    expect(calls).toEqual(['startWaiting']);
    expect(bench.wanted()).toBe(1);
  });

  it.each([
    ['a refusal', Object.assign(new Error(), { code: '23505' }), ['slotFreed', 'startWaiting']],
    ['silence', new Error('Connection terminated'), ['slotFreed', 'searchSoon', 'wake', 'startWaiting']],
  ])('gives the slot back after %s, and searches for the row if it may exist', async (_, error, expected) => {
    starts.reserve([job('a')])!.failed(error);
    expect(bench.wanted()).toBe(2);
    await nextTick();
    expect(calls).toEqual(expected);
  });
});
