/**
 * Milliseconds of the machine's monotonic clock. All processes of a machine share it, so times of the producer and of the
 * worker can be subtracted.
 */
export function nowMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
