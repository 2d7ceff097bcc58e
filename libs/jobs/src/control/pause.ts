import { InvalidJobOptionError } from '../job/job.errors.js';
import { optionNames } from '../job/validate/known-options.js';
import type { PauseRow } from '../store/sql/pauses.js';
import type { Clock } from '../support/time/clock.js';
import { dateOrNull } from './date-or-null.js';
import { OPERATOR_OPTIONS, type OperatorOptions } from './operations.js';

/** Options of the pause of a queue or a type. */
export interface PauseOptions extends OperatorOptions {
  /** When the pause ends by itself, at most ten years away. Default: never. */
  until?: Date;
}

export const PAUSE_OPTIONS = [...OPERATOR_OPTIONS, ...optionNames<Pick<PauseOptions, 'until'>>({ until: true })];

/** Whether a queue or a type is paused, since when, by whom and until when. */
export interface Pause {
  paused: boolean;
  pausedAt: Date | null;
  /** When the pause ends by itself. Null: never. */
  pausedUntil: Date | null;
  /** Null if it is not known, as after a pause by SQL. */
  pausedBy: string | null;
}

const MAX_PAUSE_MS = 3_660 * 86_400_000;

/** The pause of a row. Without a row nothing is paused. */
export function pauseOf(row: PauseRow | undefined): Pause {
  if (!row?.is_paused) return { paused: false, pausedAt: null, pausedUntil: null, pausedBy: null };
  return {
    paused: true,
    pausedAt: dateOrNull(row.paused_ms),
    pausedUntil: dateOrNull(row.until_ms),
    pausedBy: row.paused_by,
  };
}

/** Throws `InvalidJobOptionError` unless the time is in the future. */
export function requireUntil(until: unknown, clock: Clock): void {
  if (until === undefined) return;
  const inMs = until instanceof Date ? until.getTime() - clock.epochMs() : Number.NaN;
  if (!(inMs > 0 && inMs <= MAX_PAUSE_MS))
    throw new InvalidJobOptionError('until', 'must be a date in the future, at most ten years away');
}

/** What the audit says about a pause. */
export function pauseDetails<Name extends object>(name: Name, until: Date | undefined): Name & { until?: string } {
  return { ...name, ...(until && { until: until.toISOString() }) };
}
