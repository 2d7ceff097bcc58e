import { statement } from '../../statement.js';
import { DUE_IN_MS, newTime, type NewTimeParams } from '../selection/reschedule-jobs.sql.js';
import { epochMs } from '../epoch-ms.js';

export interface UpdatedRow {
  queue: string;
  priority: number;
  scheduled_ms: number;
  /** Milliseconds until it falls due. */
  in_ms: number;
}

export type UpdateJobParams = [
  shard: number,
  id: string,
  /** JSON. Null, as for the others: unchanged. */
  payload: string | null,
  priority: number | null,
  ...NewTimeParams,
];

/** Changes a job that is pending. */
export const updatePending = statement<UpdateJobParams, UpdatedRow>(
  'update_pending',
  `
  update {jobs} as j
  set payload = coalesce($3::jsonb, j.payload), priority = coalesce($4::smallint, j.priority),
      scheduled_at = case when $5::timestamptz is null and $6::float8 is null then j.scheduled_at else ${newTime('$5', '$6')} end,
      updated_at = now()
  where j.shard = $1 and j.id = $2 and j.status = 'pending'
  returning j.queue, j.priority, ${epochMs('j.scheduled_at')} as scheduled_ms, ${DUE_IN_MS} as in_ms`,
  { waitsForLocks: true },
);
