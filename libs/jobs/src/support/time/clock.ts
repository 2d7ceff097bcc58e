/**
 * The clocks by which this library decides. Parts get one from their composition; tests give one whose times they set.
 * Timers are those of Node: a part that a timer calls looks at its clock.
 */
export class Clock {
  /** Milliseconds since 1970, by the clock of this computer, which may be set. */
  epochMs(): number {
    return Date.now();
  }

  /** Milliseconds on a clock that never jumps. Only differences mean something, and only in this thread. */
  steadyMs(): number {
    return performance.now();
  }

  /** Nanoseconds on a clock that never jumps, the same in all threads of this process. */
  sharedNs(): bigint {
    return process.hrtime.bigint();
  }
}

/** The real clocks. For compositions and for time limits of connections; `npm run deps:check` lists who may import it. */
export const systemClock = new Clock();

const NS_PER_MS = 1e6;

/** Nanoseconds of `Clock.sharedNs()` in milliseconds. */
export function nsToMs(ns: bigint): number {
  return Number(ns) / NS_PER_MS;
}
