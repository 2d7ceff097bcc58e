-- Pauses a queue, or changes the end of its pause.
-- Parameters: $1 name, $2 until, $3 by.
-- jobs_pause_queue: pauseQueue in libs/jobs/src/store/sql/control/queues.sql.ts
insert into job_queues as q (name, paused_at, paused_until, paused_by)
values ($1, now(), $2, $3)
on conflict (name) do update
set paused_at = case
      when q.paused_at is not null and (q.paused_until is null or q.paused_until > now() or q.paused_until < q.paused_at) then q.paused_at
      else now()
    end,
    paused_until = excluded.paused_until, paused_by = excluded.paused_by, updated_at = now()
returning
name, paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at) as is_paused, (extract(epoch from paused_at) * 1000)::float8 as paused_ms, paused_by,
case when paused_until >= paused_at then (extract(epoch from paused_until) * 1000)::float8 end as until_ms
