import { statement } from '../statement.js';

export type SurveyParams = [shard: number, notifyChannel: string | null, message: string | null];

export interface SurveyRow {
  /** Of each lane, milliseconds until its first pending job falls due; negative if it is due. */
  lanes: { queue: string; priority: number; inMs: number }[];
}

const answer = (from: string): string => `
  select coalesce(
      json_agg(json_build_object(
        'queue', queue, 'priority', priority, 'inMs', extract(epoch from scheduled_at - now()) * 1000
      )),
      '[]'
    ) as lanes,
    case when $2::text is not null then pg_notify($2, $3) end as told
  from ${from}`;

/** The lanes that have pending jobs: one step down jobs_due for each, however many queues are declared. */
export const surveyLanes = statement<SurveyParams, SurveyRow>(
  'survey_lanes',
  `
  with recursive lane (queue, priority, scheduled_at) as (
    (
      select queue, priority, scheduled_at
      from jobs
      where shard = $1 and status = 'pending'
      order by queue, priority, scheduled_at, id
      limit 1
    )
    union all
    select next.queue, next.priority, next.scheduled_at
    from lane
    cross join lateral (
      select queue, priority, scheduled_at
      from jobs
      where shard = $1 and status = 'pending' and (queue, priority) > (lane.queue, lane.priority)
      order by queue, priority, scheduled_at, id
      limit 1
    ) as next
  )
  ${answer('lane')}`,
);

/** As `surveyLanes`, of the given queues only and without jobs that have been due for long: dead entries do not slow it. */
export const surveyLately = statement<[...SurveyParams, queues: string[], lookBackMs: number], SurveyRow>(
  'survey_lately',
  answer(`(
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
  ) as lately`),
);
