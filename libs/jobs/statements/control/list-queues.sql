-- The queues of definitions and of living workers, and all that have settings, each with its settings if it has any.
-- jobs_list_queues: listQueues in libs/jobs/src/store/sql/control/queues.sql.ts
select
name, paused_at is not null and (paused_until is null or paused_until > now() or paused_until < paused_at) as is_paused, (extract(epoch from paused_at) * 1000)::float8 as paused_ms, paused_by,
case when paused_until >= paused_at then (extract(epoch from paused_until) * 1000)::float8 end as until_ms
from (
  select queue as name from job_types
  union
  select queue from job_workers cross join unnest(queues) as own (queue) where dead_at is null
) as worked
full join job_queues using (name)
limit 20000
