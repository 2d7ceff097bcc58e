import { nowMs, sleep } from '../lab/clock.mjs';

/** The worker's tally once it has done so many jobs, or as it stands when time is up. */
export async function untilDone(worker, jobs, limitMs) {
  const deadline = nowMs() + limitMs;
  for (;;) {
    const tally = await worker.call('tally');
    if (tally.done >= jobs || nowMs() > deadline) return tally;
    await sleep(100);
  }
}
