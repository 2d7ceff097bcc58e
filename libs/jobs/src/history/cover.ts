import type { HistoryPart } from '../store/history.store.js';
import { LADDER } from './ladder.js';

const SECOND_MS = 1_000;

/**
 * The rows that together count what ran between two times, each count once, and of all such rows the longest. Long rows
 * count whole days and hours. Where they reach beyond the range, and where they are longer than `mostSeconds`, their
 * details stand in for them.
 *
 * The times must be ends of rows of the shortest length that is kept there (`shortestStep`).
 */
export function coverOf(fromMs: number, toMs: number, mostSeconds = Infinity): HistoryPart[] {
  const parts: HistoryPart[] = [];
  /** Rows that lie within the range and begin between two times. */
  const add = (seconds: number, startMs: number, endMs: number) => {
    const lastMs = Math.min(endMs - 1, toMs - Math.abs(seconds) * SECOND_MS);
    if (startMs <= lastMs) parts.push({ seconds, from: new Date(startMs), to: new Date(lastMs + 1) });
  };
  for (const [i, { seconds }] of LADDER.entries()) {
    if (seconds > mostSeconds) break;
    add(seconds, fromMs, toMs);
    const longer = LADDER[i + 1]?.seconds;
    if (longer === undefined) break;
    if (longer > mostSeconds) add(-seconds, fromMs, toMs);
    else for (const [startMs, endMs] of edgesOf(fromMs, toMs, longer * SECOND_MS)) add(-seconds, startMs, endMs);
  }
  return parts;
}

/** What is left of a range at its two ends without the whole steps in it. */
function edgesOf(fromMs: number, toMs: number, stepMs: number): [startMs: number, endMs: number][] {
  const firstStepMs = Math.ceil(fromMs / stepMs) * stepMs;
  const lastStepMs = Math.floor(toMs / stepMs) * stepMs;
  if (firstStepMs > lastStepMs) return [[fromMs, toMs]];
  return [
    [fromMs, firstStepMs],
    [lastStepMs, toMs],
  ];
}

/** The length of the longest rows that steps of this length are made of, in seconds. */
export function longestIn(stepSeconds: number): number {
  return LADDER.findLast(({ seconds }) => stepSeconds % seconds === 0)!.seconds;
}
