import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';
import { IS_PAUSED } from '../pauses.js';

export interface PausesRow {
  paused_queues: string[];
  paused_types: string[];
  /** Milliseconds until the first of these pauses ends by itself. Null if none does. */
  pause_ends_in_ms: number | null;
}

/** The columns of a `PausesRow`. */
export const PAUSES = `
    (select coalesce(array_agg(name::text), '{}') from {job_queues} where ${IS_PAUSED}) as paused_queues,
    (select coalesce(array_agg(type::text), '{}') from {job_types} where ${IS_PAUSED}) as paused_types,
    (
      select ${epochMs('min(paused_until)')} - ${epochMs('now()')}
      from (
        select paused_at, paused_until from {job_queues}
        union all
        select paused_at, paused_until from {job_types}
      ) as pause
      where paused_at is not null and paused_until > now()
    ) as pause_ends_in_ms`;

/** What operators want of a worker. */
export interface WishesRow extends PausesRow {
  /** Null if they have set none. */
  wanted_slots: number | null;
  /** When that was set. */
  wanted_ms: number | null;
  /** Whether it starts no jobs. Null if the worker has no living row. */
  is_drained: boolean | null;
}

/** The columns of a `WishesRow` that are not those of a `PausesRow`, from a relation with the worker's row or none. */
export const wishesIn = (worker: string) => `
    (select wanted_slots from ${worker}) as wanted_slots,
    (select ${epochMs('wanted_at')} from ${worker}) as wanted_ms,
    (select draining_since is not null from ${worker}) as is_drained`;

/** As the worker's renewal reads them. */
export const readWishes = statement<[workerId: string], WishesRow>(
  'read_wishes',
  `
  with own as (
    select wanted_slots, wanted_at, draining_since from {job_workers} where id = $1
  )
  select${PAUSES},${wishesIn('own')}`,
);
