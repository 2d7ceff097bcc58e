import type { JobStatus } from '../../../job/job-status.js';
import { statement } from '../../statement.js';
import { amongGiven } from '../claim/among-ids.js';
import { requestedAmong, UNSTARTED_ERROR } from '../control/cancel-requests.sql.js';
import { LOCK_PATIENCE } from '../lock-patience.sql.js';

export type SettleJobsParams = [
  shard: number,
  workerId: string,
  ids: string[],
  runs: number[],
  statuses: JobStatus[],
  delaysMs: number[],
  startsUnused: boolean[],
  /** The text of an array, as `results` is. */
  errors: string,
  failedAttempts: boolean[],
  results: string,
];

export interface SettledRow {
  id: string;
  run: number;
  status: JobStatus;
}

const GIVEN = `unnest(
      $3::uuid[], $4::int[], $5::text[], $6::float8[], $7::boolean[], $8::text[], $9::boolean[], $10::text[]
    ) as o (id, run, status, delay_ms, start_unused, error, attempt_failed, result)`;

const AS_GIVEN = `outcome as materialized (
    select * from ${GIVEN}
  )`;

const CANCELLED_IF_REQUESTED = `${requestedAmong('select id from unnest($3::uuid[]) as given (id)')},
  outcome as materialized (
    select
      id, run, delay_ms, start_unused, error, attempt_failed, result,
      case when status = 'pending' and id in (select job_id from requested) then 'cancelled' else status end as status
    from ${GIVEN}
  )`;

function textWith(outcomes: string, patience: string): string {
  return `
  with ${outcomes},
  settled as (
    update {jobs} as j
    set status = o.status,
        worker_id = null,
        updated_at = now(),
        completed_at = case when o.status = 'pending' then null else now() end,
        scheduled_at = case
          when o.status = 'pending' then now() + o.delay_ms * interval '1 millisecond' else j.scheduled_at
        end,
        attempts = j.attempts - o.start_unused::int,
        error = coalesce(o.error, case when o.status = 'cancelled' then ${UNSTARTED_ERROR} end, j.error),
        result = coalesce(o.result::jsonb, j.result)
    from outcome as o
    where ${amongGiven(['j.shard', 'j.id'], '$3')}
      and j.id = o.id and j.run = o.run and j.worker_id = $2 ${patience}
    returning j.id, j.run, j.status, j.attempts, o.attempt_failed, o.error
  ),
  recorded as (
    insert into {job_failures} (shard, job_id, run, attempt, worker_id, error)
    select $1, id, run, attempts, $2, error from settled where attempt_failed
    on conflict do nothing
  )
  select id, run, status from settled`;
}

/**
 * Writes the outcomes of runs (docs/decisions/0024-settle.md). `run` and `worker_id` are the fence: a run that is
 * missing from the answer is lost. The `where` clause does not name the status, because with old statistics the planner
 * would then leave the primary key. A CHECK ties `worker_id` to `processing` anyway.
 *
 * The ids are named twice: in the join, and as an array that makes every plan use the primary key
 * (docs/decisions/0021-ids-as-an-array.md).
 */
export const settleJobs = statement<SettleJobsParams, SettledRow>('settle_jobs', textWith(AS_GIVEN, ''), {
  pooledText: textWith(AS_GIVEN, LOCK_PATIENCE),
});

/**
 * As `settleJobs`, for outcomes that may leave a job pending. If its cancellation was requested, the job is cancelled
 * instead (docs/decisions/0016-cancel.md).
 */
export const settleOrCancel = statement<SettleJobsParams, SettledRow>(
  'settle_or_cancel',
  textWith(CANCELLED_IF_REQUESTED, ''),
  { pooledText: textWith(CANCELLED_IF_REQUESTED, LOCK_PATIENCE) },
);
