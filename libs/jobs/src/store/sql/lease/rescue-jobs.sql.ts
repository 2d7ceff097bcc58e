import { statement } from '../../statement.js';
import { amongIds } from '../claim/among-ids.js';
import { requestedAmong } from '../control/cancel-requests.sql.js';

export interface RescuedRow {
  id: string;
  type: string;
  queue: string;
  status: 'pending' | 'failed' | 'cancelled';
  payload: unknown;
  run: number;
  attempts: number;
  max_attempts: number;
  error: string;
}

/**
 * Rescues the jobs of those given workers that are dead. A crash uses an attempt. A job without attempts left
 * fails. Any other becomes due at once, or is cancelled if that was requested.
 *
 * A worker is dead once its row says so, never because of elapsed time alone (docs/decisions/0008-lease.md). A worker
 * without a row counts as dead too: it may have been suspended until its row was pruned, and then made one more claim.
 * The worker that asks is left out: if it has been declared dead, it first stops what it runs.
 */
export const rescueJobs = statement<
  [shard: number, limit: number, ownId: string, workerIds: string[], onlyIds: string[] | null],
  RescuedRow
>(
  'rescue_jobs',
  `
  with gone as materialized (
    select given.id, coalesce('Worker ' || w.host || ' (pid ' || w.pid || ')', 'A worker that is no longer known') as name
    from unnest($4::uuid[]) as given (id)
    left join {job_workers} as w on w.id = given.id
    where given.id <> $3 and (w.id is null or w.dead_at is not null)
  ),
  orphan as materialized (
    select found.id, gone.name || ' died while running this job' as error, found.is_last
    from gone
    cross join lateral (
      select id, attempts >= max_attempts as is_last
      from {jobs}
      where shard = $1 and status = 'processing' and worker_id = gone.id
        and ($5::uuid[] is null or id = any ($5))
      limit $2
      for update skip locked
    ) as found
    limit $2
  ),
  ${requestedAmong('select id from orphan')},
  decided as materialized (
    select id, error, is_last, case
      when is_last then 'failed'
      when id in (select job_id from requested) then 'cancelled'
      else 'pending'
    end as status
    from orphan
  ),
  rescued as (
    update {jobs} as j
    set status = decided.status,
        worker_id = null,
        crashes = j.crashes + 1,
        scheduled_at = case when decided.status = 'pending' then now() else j.scheduled_at end,
        completed_at = case when decided.status = 'pending' then null else now() end,
        updated_at = now(),
        error = decided.error || case
          when not is_last then ''
          else ', its last attempt: ' || (j.crashes + 1) || ' of ' || j.attempts || ' ended with the process that ran them'
        end
    from decided
    where ${amongIds(['j.shard', 'j.id'], 'select id from orphan')} and j.id = decided.id
    returning j.id, j.type, j.queue, j.status, j.payload, j.run, j.attempts, j.max_attempts, j.error
  ),
  recorded as (
    insert into {job_failures} (shard, job_id, run, attempt, error)
    select $1, id, run, attempts, error from rescued
    on conflict do nothing
  )
  select id, type, queue, status, payload, run, attempts, max_attempts, error from rescued`,
);
