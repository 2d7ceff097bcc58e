import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export interface ListedWorkerRow {
  id: string;
  host: string;
  pid: number;
  version: string;
  queues: string[];
  slots: number;
  max_slots: number | null;
  /** What an operator has set since it last renewed its lease. */
  wanted_slots: number | null;
  /** Since when an operator drains it. */
  draining_ms: number | null;
  started_ms: number;
  seen_ms: number;
  alive: boolean;
}

/**
 * The living workers, and those that were seen in the last `sinceMs` milliseconds. One that nobody has declared dead
 * because nobody is left counts as dead after `deadAfterMs`.
 */
export const listWorkers = statement<[deadAfterMs: number, sinceMs: number, limit: number], ListedWorkerRow>(
  'list_workers',
  `
  select *
  from (
    select id, host, pid, version, queues, slots, max_slots,
      case when wanted_at > last_seen_at then wanted_slots end as wanted_slots, ${epochMs('draining_since')} as draining_ms,
      ${epochMs('started_at')} as started_ms,
      ${epochMs('last_seen_at')} as seen_ms,
      dead_at is null and last_seen_at > now() - $1::float8 * interval '1 millisecond' as alive
    from {job_workers}
    where last_seen_at > now() - greatest($1::float8, $2::float8) * interval '1 millisecond'
  ) as seen
  order by alive desc, seen_ms desc, id
  limit $3`,
);
