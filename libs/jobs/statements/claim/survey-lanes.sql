-- The lanes that have pending jobs, and when the first job of each falls due.
-- Parameters: $1 shard, $2 notifyChannel, $3 message.
-- jobs_survey_lanes: surveyLanes in libs/jobs/src/store/sql/claim/survey-lanes.sql.ts
with recursive head (queue, priority, scheduled_at, id) as (
  (
    select queue, priority, scheduled_at, id
    from jobs
    where shard = $1 and status = 'pending'
    order by queue, priority, scheduled_at, id
    limit 1
  )
  union all
  select next.queue, next.priority, next.scheduled_at, next.id
  from head
  cross join lateral (
    select queue, priority, scheduled_at, id
    from jobs
    where shard = $1 and status = 'pending' and (queue, priority) > (head.queue, head.priority)
    order by queue, priority, scheduled_at, id
    limit 1
  ) as next
)
select coalesce(
    json_agg(json_build_object(
      'queue', queue, 'priority', priority, 'inMs', extract(epoch from scheduled_at - now()) * 1000
    )),
    '[]'
  ) as lanes,
  case when $2::text is not null then pg_notify($2, $3) end as sent
from head
