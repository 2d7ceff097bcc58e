-- The jobs of the latest ticks of a schedule that have not finished.
-- Parameters: $1 name, $2 shards, $3 ticks.
-- jobs_unfinished_jobs: unfinishedJobs in libs/jobs/src/store/sql/schedule/fire-schedules.sql.ts
select distinct t.job_id as id
from (
  select job_id from job_schedule_ticks where name = $1 and job_id is not null order by planned_at desc limit $3
) as t
where exists (
  select
  from jobs as j
  where j.shard = any ($2::smallint[]) and j.id = t.job_id and j.status in ('pending', 'blocked', 'processing')
)
