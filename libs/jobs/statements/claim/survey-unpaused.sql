-- As `surveyLanes`, without the jobs of paused types, and without those that have been due for longer than
--   `lookBackMs`, unless that is null.
-- Parameters: $1 shard, $2 notifyChannel, $3 message, $4 pausedTypes, $5 steps, $6 lookBackMs.
-- jobs_survey_unpaused: surveyUnpaused in libs/jobs/src/store/sql/claim/survey-lanes.sql.ts
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
from (
  select queue, priority, scheduled_at
  from (
    select head.queue, head.priority, coalesce(
    (
      select scheduled_at
      from (
        select scheduled_at, type
        from jobs
        where shard = $1 and jobs.queue = head.queue and status = 'pending' and jobs.priority = head.priority
          and scheduled_at >= greatest(head.scheduled_at, now() - $6::float8 * interval '1 millisecond') and scheduled_at <= now()
        order by scheduled_at, id
        limit $5
      ) as seen
      where type <> all ($4::text[])
      limit 1
    ),
    (
      select scheduled_at
      from (
        select scheduled_at, type
        from jobs
        where shard = $1 and jobs.queue = head.queue and status = 'pending' and jobs.priority = head.priority
          and scheduled_at > greatest(greatest(head.scheduled_at, now() - $6::float8 * interval '1 millisecond'), now())
        order by scheduled_at, id
        limit 1000
      ) as seen
      where type <> all ($4::text[])
      limit 1
    ),
    (
        select scheduled_at
        from jobs
        where shard = $1 and jobs.queue = head.queue and status = 'pending' and jobs.priority = head.priority
          and scheduled_at > greatest(greatest(head.scheduled_at, now() - $6::float8 * interval '1 millisecond'), now())
        order by scheduled_at, id
        offset 999
        limit 1
    )
  ) as scheduled_at
    from head
    offset 0
  ) as first
  where scheduled_at is not null
) as unpaused
