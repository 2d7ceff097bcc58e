import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';
import { amongGiven, amongIds } from '../claim/among-ids.js';

/** At a time, or this many milliseconds later than planned. One of both is null. */
export type NewTimeParams = [at: Date | null, byMs: number | null];

/** Not before now, and at most ten years away. */
export const newTime = (at: string, byMs: string) => `least(
      greatest(coalesce(${at}::timestamptz, j.scheduled_at + ${byMs}::float8 * interval '1 millisecond'), now()),
      now() + interval '3660 days'
    )`;

export interface RescheduledRow {
  queue: string;
  /** Milliseconds until it falls due. */
  in_ms: number;
}

export const DUE_IN_MS = `${epochMs('j.scheduled_at')} - ${epochMs('now()')}`;

/** Sets when those of the given jobs fall due that are pending, except those that another transaction holds. */
export const rescheduleAmong = statement<[shard: number, ids: readonly string[], ...NewTimeParams], RescheduledRow>(
  'reschedule_among',
  `
  with waiting as materialized (
    select id
    from {jobs}
    where ${amongGiven(['shard', 'id'], '$2')} and status = 'pending'
    order by id
    for update skip locked
  )
  update {jobs} as j
  set scheduled_at = ${newTime('$3', '$4')}, updated_at = now()
  where ${amongIds(['j.shard', 'j.id'], 'select id from waiting')}
  returning j.queue, ${DUE_IN_MS} as in_ms`,
);
