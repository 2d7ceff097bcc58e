import { dueSoon } from './due-soon.js';
import { TestClock } from '../../../../../test/support/test-clock.js';

const HOUR_MS = 3_600_000;

describe('dueSoon', () => {
  const nowMs = 500_000;
  const clock = new TestClock(nowMs);
  const job = (queue: string, delayMs: number, scheduledAt: Date | null = null) => ({ queue, delayMs, scheduledAt });

  it('names the queues of the jobs that fall due within the longest poll interval, and when the first one does', () => {
    const jobs = [job('a', 30_000), job('b', 12_000), job('a', 20_000), job('c', HOUR_MS + 60_000)];
    expect(dueSoon(jobs, nowMs, clock)).toEqual({ queues: new Set(['a', 'b']), jobs: 3, dueMs: nowMs + 12_000 });
  });

  it('is null if nothing falls due before every worker has looked by itself', () => {
    const inTwoHours = new Date(nowMs + 2 * HOUR_MS);
    expect(dueSoon([job('a', HOUR_MS + 60_000), job('b', 0, inTwoHours)], nowMs, clock)).toBeNull();
  });

  it('counts a delay from the start of the transaction', () => {
    expect(dueSoon([job('a', 25_000)], nowMs - 20_000, clock)).toEqual({
      queues: new Set(['a']),
      jobs: 1,
      dueMs: nowMs + 5_000,
    });
  });

  it('reads a date by the clock, one that is past too', () => {
    const { dueMs } = dueSoon([job('a', 0, new Date(nowMs + 12_000))], nowMs - 20_000, clock)!;
    expect(dueMs).toBe(nowMs + 12_000);
    expect(dueSoon([job('a', 0, new Date(0))], nowMs, clock)!.dueMs).toBeLessThan(nowMs);
  });
});
