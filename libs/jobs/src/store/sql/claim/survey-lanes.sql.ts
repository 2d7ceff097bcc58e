import { statement } from '../../statement.js';
import { EACH_LANE } from './each-lane.js';
import { firstUnpaused } from './first-unpaused.js';

/** With a notification to send, or null: see `ClaimStore`. */
type SurveyParams = [shard: number, notifyChannel: string | null, message: string | null];

type LatelyParams = [...SurveyParams, queues: string[], lookBackMs: number];

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

/**
 * As `surveyLanes`, without the jobs of paused types, and without those that have been due for longer than `lookBackMs`,
 * unless that is null. May be too early where thousands of paused ones are for later. `offset 0`
 * keeps PostgreSQL from searching each lane once for its time and once more for the condition.
 */
export const surveyUnpaused = statement<
  [...SurveyParams, pausedTypes: string[], steps: number, lookBackMs: number | null],
  SurveyRow
>(
  'survey_unpaused',
  `${EACH_LANE}${answer(`(
    select queue, priority, scheduled_at
    from (
      select head.queue, head.priority, ${firstUnpaused({
        lane: `shard = $1 and jobs.queue = head.queue and status = 'pending' and jobs.priority = head.priority`,
        from: `greatest(head.scheduled_at, now() - $6::float8 * interval '1 millisecond')`,
        pausedTypes: '$4::text[]',
        steps: '$5',
      })} as scheduled_at
      from head
      offset 0
    ) as first
    where scheduled_at is not null
  ) as unpaused`)}`,
);

const LATELY = `
    from unnest($4::text[]) as declared (queue)
    cross join generate_series(0, 9) as priority`;

const LANE = `shard = $1 and jobs.queue = declared.queue and status = 'pending' and jobs.priority = priority.priority`;

const LOOK_BACK = `now() - $5::float8 * interval '1 millisecond'`;

/** As `surveyLanes`, for the given queues and `lookBackMs` only, so that it steps over few dead entries. */
export const surveyLately = statement<LatelyParams, SurveyRow>(
  'survey_lately',
  answer(`(
    select declared.queue, priority, first.scheduled_at${LATELY}
    cross join lateral (
      select scheduled_at
      from {jobs}
      where ${LANE}
        and scheduled_at > ${LOOK_BACK}
      order by scheduled_at, id
      limit 1
    ) as first
  ) as lately`),
);

/** As `surveyLately`, without the jobs of paused types. */
export const surveyUnpausedLately = statement<[...LatelyParams, pausedTypes: string[], steps: number], SurveyRow>(
  'survey_unpaused_lately',
  answer(`(
    select queue, priority, scheduled_at
    from (
      select declared.queue, priority, ${firstUnpaused({
        lane: LANE,
        from: `(${LOOK_BACK})`,
        pausedTypes: '$6::text[]',
        steps: '$7',
      })} as scheduled_at${LATELY}
      offset 0
    ) as first
    where scheduled_at is not null
  ) as lately`),
);
