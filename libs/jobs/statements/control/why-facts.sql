-- What decides whether a job can run.
-- Parameters: $1 shard, $2 id, $3 deadAfterMs.
-- jobs_why_facts: whyFacts in libs/jobs/src/store/sql/control/why-not-running.sql.ts
with job as materialized (
  select
    id, type, queue, status, priority, attempts, max_attempts, run, crashes, scheduled_at, started_at, completed_at,
    worker_id
  from jobs
  where shard = $1 and id = $2
),
living as materialized (
  select w.slots, w.started_at
  from job
  join job_workers as w on job.queue = any (w.queues)
  where w.dead_at is null and w.last_seen_at > now() - $3::float8 * interval '1 millisecond' and w.draining_since is null
)
select
  job.id, job.type, job.queue, job.status, job.priority, job.attempts, job.max_attempts, job.run, job.crashes,
  (extract(epoch from job.scheduled_at) * 1000)::float8 as scheduled_ms,
  to_char(job.scheduled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as scheduled_at,
  extract(epoch from job.scheduled_at - now())::float8 * 1000 as in_ms,
  (extract(epoch from job.started_at) * 1000)::float8 as started_ms, (extract(epoch from job.completed_at) * 1000)::float8 as completed_ms,
  job.worker_id, holder.host, holder.pid,
  coalesce(holder.dead_at is null and holder.last_seen_at > now() - $3::float8 * interval '1 millisecond', false) as worker_lives,
  (
    select (extract(epoch from paused_at) * 1000)::float8
    from job_queues
    where name = job.queue and paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at)
  ) as paused_ms,
  (
    select (extract(epoch from paused_at) * 1000)::float8
    from job_types
    where type = job.type and paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at)
  ) as type_paused_ms,
  exists (
    select from job_signals where shard = $1 and job_id = $2 and kind = 'cancel'
  ) as cancel_requested,
  (select count(*)::int from living) as workers,
  (select coalesce(sum(slots), 0)::int from living) as slots,
  exists (
    select
    from job_types as t
    join living on living.started_at <= t.updated_at + interval '1 minute'
    where t.type = job.type
  ) as type_may_be_known
from job
left join job_workers as holder on holder.id = job.worker_id
