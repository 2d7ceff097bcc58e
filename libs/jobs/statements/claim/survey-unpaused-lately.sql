-- As `surveyLately`, without the jobs of paused types.
-- Parameters: $1 shard, $2 notifyChannel, $3 message, $4 queues, $5 lookBackMs, $6 pausedTypes, $7 steps.
-- jobs_survey_unpaused_lately: surveyUnpausedLately in libs/jobs/src/store/sql/claim/survey-lanes.sql.ts
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
    select declared.queue, priority, coalesce(
    (
      select scheduled_at
      from (
        select scheduled_at, type
        from jobs
        where shard = $1 and jobs.queue = declared.queue and status = 'pending' and jobs.priority = priority.priority
          and scheduled_at >= (now() - $5::float8 * interval '1 millisecond') and scheduled_at <= now()
        order by scheduled_at, id
        limit $7
      ) as seen
      where type <> all ($6::text[])
      limit 1
    ),
    (
      select scheduled_at
      from (
        select scheduled_at, type
        from jobs
        where shard = $1 and jobs.queue = declared.queue and status = 'pending' and jobs.priority = priority.priority
          and scheduled_at > greatest((now() - $5::float8 * interval '1 millisecond'), now())
        order by scheduled_at, id
        limit 1000
      ) as seen
      where type <> all ($6::text[])
      limit 1
    ),
    (
        select scheduled_at
        from jobs
        where shard = $1 and jobs.queue = declared.queue and status = 'pending' and jobs.priority = priority.priority
          and scheduled_at > greatest((now() - $5::float8 * interval '1 millisecond'), now())
        order by scheduled_at, id
        offset 999
        limit 1
    )
  ) as scheduled_at
  from unnest($4::text[]) as declared (queue)
  cross join generate_series(0, 9) as priority
    offset 0
  ) as first
  where scheduled_at is not null
) as lately
