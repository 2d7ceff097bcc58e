import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Give up after this many milliseconds. Default 5,000. */
  timeoutMs?: number;
  /** Milliseconds between two attempts. Default 20. */
  intervalMs?: number;
}

/**
 * Waits for a condition instead of for time to pass: calls `probe` until it neither throws nor answers `false`, and
 * returns what it answered. Past the timeout it rethrows the last error, so that the failed assertion is what is shown.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  { timeoutMs = 5_000, intervalMs = 20 }: EventuallyOptions = {},
): Promise<Exclude<T, false>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== false) return answer as Exclude<T, false>;
      throw new Error(`The condition did not hold within ${timeoutMs} ms`);
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await delay(intervalMs);
  }
}
