-- How much is before a due job in one shard, each counted to `limit` at most.
-- Parameters: $1 shard, $2 queue, $3 priority, $4 scheduledAt, $5 id, $6 deadAfterMs, $7 limit.
-- jobs_why_ahead: whyAhead in libs/jobs/src/store/sql/control/why-not-running.sql.ts
select
  (
    select count(*)::int
    from (
      select
      from job_workers as w
      cross join lateral (
        select from jobs where shard = $1 and status = 'processing' and worker_id = w.id limit $7
      ) as held
      where w.dead_at is null and w.last_seen_at > now() - $6::float8 * interval '1 millisecond' and $2::text = any (w.queues)
      limit $7
    ) as running
  ) as busy,
  (
    select count(*)::int
    from (
      select
      from (
        select
          priority::smallint,
          case when priority < $3::int then now() else $4::timestamptz end as before_time,
          case when priority < $3::int then repeat('f', 32) else $5::text end::uuid as before_id
        from generate_series(0, $3::int) as each (priority)
      ) as lane
      cross join lateral (
        select
        from jobs
        where shard = $1 and queue = $2 and status = 'pending' and priority = lane.priority
          and (scheduled_at, id) < (lane.before_time, lane.before_id)
          and type <> all (array(select type from job_types where paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at)))
        order by scheduled_at, id
        limit $7
      ) as before
      limit $7
    ) as waiting
  ) as ahead
