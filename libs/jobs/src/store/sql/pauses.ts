import { epochMs } from './epoch-ms.js';

/**
 * SQL for whether a row of `job_queues` or `job_types` pauses what it names. `row` is the name of the relation with a dot,
 * if there are several. An end before the beginning is left from an earlier pause, such as when the row was paused again
 * by hand.
 */
export const isPaused = (row = ''): string =>
  `${row}paused_at is not null and (${row}paused_until is null or ${row}paused_until > now() or ${row}paused_until < ${row}paused_at)`;

export const IS_PAUSED = isPaused();

/** SQL for when a pause begins that is set now. One that lasts keeps its beginning. */
export const pausedSince = (row = ''): string => `case
        when ${isPaused(row)} then ${row}paused_at
        else now()
      end`;

export interface PauseRow {
  is_paused: boolean;
  paused_ms: number | null;
  /** Infinity if the pause has an infinite end. */
  until_ms: number | null;
  paused_by: string | null;
}

/** The columns of a `PauseRow`. */
export const PAUSE_COLUMNS = `${IS_PAUSED} as is_paused, ${epochMs('paused_at')} as paused_ms, paused_by,
  case when paused_until >= paused_at then ${epochMs('paused_until')} end as until_ms`;
