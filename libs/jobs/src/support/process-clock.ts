const NS_PER_MS = 1e6;

/** Milliseconds on a clock that never jumps and that all threads of this process share. `performance.now()` differs. */
export function processMs(): number {
  return asProcessMs(process.hrtime.bigint());
}

/** A time of `process.hrtime.bigint()` on the same clock. */
export function asProcessMs(ns: bigint): number {
  return Number(ns) / NS_PER_MS;
}
