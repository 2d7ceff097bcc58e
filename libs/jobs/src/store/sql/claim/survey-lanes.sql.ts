import { statement } from '../../statement.js';
import { EACH_LANE } from './each-lane.js';

/** With a notification to send, or null: see `ClaimStore`. */
type SurveyParams = [shard: number, notifyChannel: string | null, message: string | null];

export interface SurveyRow {
  /** Milliseconds until the first pending job of each lane falls due; negative if it is due. */
  lanes: { queue: string; priority: number; inMs: number }[];
}

const answer = (from: string): string => `
  select coalesce(
      json_agg(json_build_object(
        'queue', queue, 'priority', priority, 'inMs', extract(epoch from scheduled_at - now()) * 1000
      )),
      '[]'
    ) as lanes,
    case when $2::text is not null then pg_notify($2, $3) end as sent
  from ${from}`;

/** The lanes that have pending jobs, and when the first job of each falls due. */
export const surveyLanes = statement<SurveyParams, SurveyRow>('survey_lanes', `${EACH_LANE}${answer('head')}`);

/** As `surveyLanes`, for the given queues and `lookBackMs` only, so that it steps over few dead entries. */
export const surveyLately = statement<[...SurveyParams, queues: string[], lookBackMs: number], SurveyRow>(
  'survey_lately',
  answer(`(
    select declared.queue, priority, first.scheduled_at
    from unnest($4::text[]) as declared (queue)
    cross join generate_series(0, 9) as priority
    cross join lateral (
      select scheduled_at
      from {jobs}
      where shard = $1 and jobs.queue = declared.queue and status = 'pending' and jobs.priority = priority.priority
        and scheduled_at > now() - $5::float8 * interval '1 millisecond'
      order by scheduled_at, id
      limit 1
    ) as first
  ) as lately`),
);
