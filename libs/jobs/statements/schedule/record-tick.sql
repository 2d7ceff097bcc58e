-- Records a tick.
-- Parameters: $1 name, $2 plannedAt.
-- jobs_record_tick: recordTick in libs/jobs/src/store/sql/schedule/fire-schedules.sql.ts
insert into job_schedule_ticks as t (name, planned_at) values ($1, $2)
on conflict (name, planned_at) do update
set fired_at = now(), outcome = excluded.outcome
where t.outcome = 'failed'
returning name
