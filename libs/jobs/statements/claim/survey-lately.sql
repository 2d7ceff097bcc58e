-- As `surveyLanes`, for the given queues and `lookBackMs` only, so that it steps over few dead entries.
-- Parameters: $1 shard, $2 notifyChannel, $3 message, $4 queues, $5 lookBackMs.
-- jobs_survey_lately: surveyLately in libs/jobs/src/store/sql/claim/survey-lanes.sql.ts
select coalesce(
    json_agg(json_build_object(
      'queue', queue, 'priority', priority, 'inMs', extract(epoch from scheduled_at - now()) * 1000
    )),
    '[]'
  ) as lanes,
  case when $2::text is not null then pg_notify($2, $3) end as sent
from (
  select declared.queue, priority, first.scheduled_at
  from unnest($4::text[]) as declared (queue)
  cross join generate_series(0, 9) as priority
  cross join lateral (
    select scheduled_at
    from jobs
    where shard = $1 and jobs.queue = declared.queue and status = 'pending' and jobs.priority = priority.priority
      and scheduled_at > now() - $5::float8 * interval '1 millisecond'
    order by scheduled_at, id
    limit 1
  ) as first
) as lately
