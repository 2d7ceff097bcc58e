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
 * Takes back jobs of the given workers, as far as they are dead: due at once while attempts are left, failed otherwise,
 * because a crash counts as a start. A job that would be due, but that somebody asked to cancel, is cancelled. It rests on
 * the worker's death, which is a write, and never on elapsed time alone. A worker without a row is dead too: one that slept
 * past its own pruning can still claim before it finds out. Never from the worker that asks: one that is declared dead
 * finds that out first, and stops what it runs.
 */
export const rescueJobs = statement<[shard: number, limit: number, ownId: string, workerIds: string[]], RescuedRow>(
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
