import { quantile, sumOfHistograms } from '../../history/histogram.js';
import type { HistoryStepRow, HistorySums } from '../../store/sql/history/read-history.sql.js';

/**
 * Times that half, 95 % and 99 % of all do not exceed, in milliseconds. Null if there were none. They differ from the exact
 * ones by at most 12.5 %, and below 1 ms by at most 0.125 ms.
 */
export interface Percentiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** How runs ended, and how long they waited and took. */
export interface RunFigures {
  completed: number;
  /** Failed attempts that are followed by another. */
  retried: number;
  /** Jobs that failed for good. */
  failed: number;
  cancelled: number;
  /** The part of the attempts that failed, 0 to 1: (retried + failed) / (completed + retried + failed). Null if none ended. */
  failureShare: number | null;
  /** From falling due to the start, of the runs that started in this time. */
  waitMs: Percentiles;
  /** Run times of handlers, of the runs that ended in this time. */
  runMs: Percentiles;
  /** The sum of the run times, in milliseconds. */
  busyMs: number;
}

export interface StatisticsPoint extends RunFigures {
  /** When the step begins. */
  at: Date;
  /** True for a last step that is not over, or that not all workers have written: its counts are still growing. */
  partial: boolean;
}

const NOTHING: HistorySums = {
  completed: 0,
  retried: 0,
  failed: 0,
  cancelled: 0,
  wait_ms: 0,
  run_ms: 0,
  waits: null,
  runs: null,
};

export function toFigures({ completed, retried, failed, cancelled, run_ms, waits, runs }: HistorySums): RunFigures {
  const attempts = completed + retried + failed;
  return {
    completed,
    retried,
    failed,
    cancelled,
    failureShare: attempts === 0 ? null : (retried + failed) / attempts,
    waitMs: percentilesOf(waits ?? []),
    runMs: percentilesOf(runs ?? []),
    busyMs: run_ms,
  };
}

/** How many runs ended in a minute, on average. */
export function perMinute({ completed, retried, failed, cancelled }: RunFigures, lengthMs: number): number {
  return ((completed + retried + failed + cancelled) / lengthMs) * 60_000;
}

/** The figures of all rows together. */
export function totalOf(rows: readonly HistorySums[]): RunFigures {
  const sum = (of: (row: HistorySums) => number) => rows.reduce((total, row) => total + of(row), 0);
  return toFigures({
    completed: sum((row) => row.completed),
    retried: sum((row) => row.retried),
    failed: sum((row) => row.failed),
    cancelled: sum((row) => row.cancelled),
    wait_ms: sum((row) => row.wait_ms),
    run_ms: sum((row) => row.run_ms),
    waits: sumOfHistograms(rows.map(({ waits }) => waits ?? [])),
    runs: sumOfHistograms(rows.map(({ runs }) => runs ?? [])),
  });
}

interface Steps {
  from: Date;
  to: Date;
  /** Until when all workers have written. */
  writtenTo: Date;
  stepMs: number;
}

/** One point for each step, also where nothing ran. */
export function toPoints(rows: readonly HistoryStepRow[], { from, to, writtenTo, stepMs }: Steps): StatisticsPoint[] {
  const byStep = new Map(rows.map((row) => [row.step_ms, row]));
  const points: StatisticsPoint[] = [];
  for (let ms = from.getTime(); ms < to.getTime(); ms += stepMs) {
    const partial = ms + stepMs > writtenTo.getTime();
    points.push({ at: new Date(ms), partial, ...toFigures(byStep.get(ms) ?? NOTHING) });
  }
  return points;
}

function percentilesOf(counts: readonly number[]): Percentiles {
  return { p50: quantile(counts, 0.5), p95: quantile(counts, 0.95), p99: quantile(counts, 0.99) };
}
