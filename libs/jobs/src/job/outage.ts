/** An outage of a dependency, as one process sees it. Times are milliseconds of one clock. */
export interface Outage {
  readonly sinceMs: number;
  /** Failed tries, including the one that opened the outage. */
  readonly failures: number;
  readonly nextTryMs: number;
  /** When the current try began; null if there is none. */
  readonly tryingSinceMs: number | null;
  /** When the last of the waiting callers comes back. */
  readonly expectedMs: number;
}

const FIRST_STEP_MS = 1_000;
const MAX_STEP_MS = 60_000;
const JITTER = 0.1;
/** A try without an end blocks other tries no longer than this. */
const MAX_TRY_MS = 60_000;
/** An outage is given up if nobody has tried for this long after somebody was expected. */
const FORGOTTEN_MS = 300_000;
/** Callers that come back later than this are not waited for. */
const MAX_EXPECTED_MS = 3_600_000;

export function openOutage(nowMs: number, random: () => number): Outage {
  const none = { sinceMs: nowMs, failures: 0, nextTryMs: nowMs, tryingSinceMs: null, expectedMs: nowMs };
  return failedTry(none, nowMs, random);
}

/** The next try is due after 1, 2, 4, … and at most 60 seconds, ±10 %. */
export function failedTry(outage: Outage, nowMs: number, random: () => number): Outage {
  const failures = outage.failures + 1;
  const nextTryMs = nowMs + stepMs(failures) * (1 + JITTER * (2 * random() - 1));
  return { ...outage, failures, nextTryMs, tryingSinceMs: null };
}

export function beginTry(outage: Outage, nowMs: number): Outage {
  return { ...outage, tryingSinceMs: nowMs };
}

/** One caller at a time may try, once the next try is due. */
export function mayTry({ nextTryMs, tryingSinceMs }: Outage, nowMs: number): boolean {
  if (tryingSinceMs !== null) return nowMs - tryingSinceMs >= MAX_TRY_MS;
  return nowMs >= nextTryMs;
}

/** Milliseconds until a caller that may not try comes back: at a random time after the next try. */
export function turnedAwayMs(outage: Outage, nowMs: number, random: () => number): number {
  return Math.round(untilNextTryMs(outage, nowMs) + stepMs(outage.failures) * random());
}

/** Milliseconds until the caller of a failed try comes back, for the next one. */
export function untilNextTryMs({ nextTryMs }: Outage, nowMs: number): number {
  return Math.ceil(Math.max(0, nextTryMs - nowMs));
}

/** Notes that a caller comes back after `delayMs`. */
export function expectBack(outage: Outage, nowMs: number, delayMs: number): Outage {
  return { ...outage, expectedMs: Math.max(outage.expectedMs, nowMs + Math.min(delayMs, MAX_EXPECTED_MS)) };
}

/** Whether nobody has asked for so long that the outage may be over. */
export function isForgotten({ nextTryMs, tryingSinceMs, expectedMs }: Outage, nowMs: number): boolean {
  return nowMs - Math.max(nextTryMs, tryingSinceMs ?? -Infinity, expectedMs) > FORGOTTEN_MS;
}

function stepMs(failures: number): number {
  return Math.min(FIRST_STEP_MS * 2 ** Math.min(failures - 1, 30), MAX_STEP_MS);
}
