import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

/**
 * SQL for whether a row of `job_queues` pauses its queue. An end before the beginning is left from an earlier pause, such
 * as when the row was paused again by hand.
 */
export const IS_PAUSED = `paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at)`;

export interface PausesRow {
  paused_queues: string[];
  /** Milliseconds until the first of these pauses ends by itself. Null if none does. */
  pause_ends_in_ms: number | null;
}

/** The columns of a `PausesRow`. */
export const PAUSES = `
    (select coalesce(array_agg(name::text), '{}') from {job_queues} where ${IS_PAUSED}) as paused_queues,
    (
      select ${epochMs('min(paused_until)')} - ${epochMs('now()')}
      from {job_queues}
      where paused_at is not null and paused_until > now()
    ) as pause_ends_in_ms`;

export const readPauses = statement<[], PausesRow>('read_pauses', `select${PAUSES}`);
