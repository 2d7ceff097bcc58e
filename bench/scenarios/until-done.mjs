import { nowMs, sleep } from '../lab/clock.mjs';

/** Waits until the worker has done `jobs` jobs, or for `limitMs` milliseconds, and returns its tally. */
export async function untilDone(worker, jobs, limitMs) {
  const deadline = nowMs() + limitMs;
  for (;;) {
    const tally = await worker.call('tally');
    if (tally.done >= jobs || nowMs() > deadline) return tally;
    await sleep(100);
  }
}
