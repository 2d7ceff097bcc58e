import type { JobStatus } from '../../../job/job-status.js';
import { statement } from '../../statement.js';
import { amongGiven } from '../claim/among-ids.js';
import { epochMs } from '../epoch-ms.js';

/** A job without its payload and its result, which may be large. */
export interface SelectedRow {
  id: string;
  type: string;
  queue: string;
  status: JobStatus;
  priority: number;
  attempts: number;
  max_attempts: number;
  unique_key: string | null;
  progress: number | null;
  error: string | null;
  tags: string[];
  scheduled_ms: number;
  started_ms: number | null;
  completed_ms: number | null;
  created_ms: number;
  /** When it finished, to the microsecond, as text that PostgreSQL reads back; null if it has not. */
  finished_at: string | null;
}

/** Where a statement looks: jobs with ids from `fromId` to below `belowId`, at most `look` of them, newest first. */
export type RangeParams = [shard: number, belowId: string, fromId: string, look: number];

/** As a cursor says: finished jobs before this time, or at it with a lower id. Null: from the latest on. */
export type FinishedBeforeParams = [finishedAt: string | null, id: string | null];

/** Null: any. `error` is a pattern of `ilike`, `payload` the text of a JSON object that the payload contains. */
type FilterParams = [
  types: readonly string[] | null,
  statuses: readonly string[] | null,
  queues: readonly string[] | null,
  tags: readonly string[] | null,
  key: string | null,
  worker: string | null,
  error: string | null,
  payload: string | null,
  /** True: pending jobs that fall due later. */
  waitsForLater: true | null,
];

/** What a job must match. Null: anything. */
export interface SelectionFilter {
  types: readonly string[] | null;
  statuses: readonly string[] | null;
  queues: readonly string[] | null;
  tags: readonly string[] | null;
  key: string | null;
  worker: string | null;
  /** A pattern for `ilike`. */
  error: string | null;
  /** JSON. */
  payload: string | null;
  /** Only pending jobs that fall due later. */
  waitsForLater: boolean;
}

export function selectionFilterParams(filter: SelectionFilter): FilterParams {
  const { types, statuses, queues, tags, key, worker, error, payload, waitsForLater } = filter;
  return [types, statuses, queues, tags, key, worker, error, payload, waitsForLater || null];
}

export type SelectParams = [...RangeParams, ...FilterParams, take: number];
export type SelectFinishedParams = [...SelectParams, ...FinishedBeforeParams];
export type SelectGivenParams = [...SelectParams, ids: readonly string[]];

/** Which jobs are looked at. Each is read by an index, and no further than `take` matches need. */
export type SelectionRange = 'newest' | 'running' | 'finished' | 'given';

const IN_RANGE = `shard = $1 and id < $2 and id >= $3`;

/** Finished jobs before a time, or at that time with a lower id. */
function finishedFrom(columns: string, time: string, id: string): string {
  return `
      select ${columns}
      from {jobs}
      where ${IN_RANGE} and status in ('failed', 'cancelled')
        and (${time}::timestamptz is null or completed_at <= ${time})
        and (${time}::timestamptz is null or (completed_at, id) < (${time}, ${id}::uuid))
      order by completed_at desc, id desc
      limit $4`;
}

const LOOKED = `
    id, type, queue, status, priority, attempts, max_attempts, unique_key, progress, error, tags, worker_id,
    scheduled_at, started_at, completed_at, created_at`;

const rangesOf = (columns: string): Record<SelectionRange, { from: string; order: string }> => ({
  newest: {
    from: `select ${columns} from {jobs} where ${IN_RANGE} order by id desc limit $4`,
    order: 'id desc',
  },
  // Without an order, so that the index of running jobs is used and not the primary key.
  running: {
    from: `select ${columns} from {jobs} where ${IN_RANGE} and status = 'processing' limit $4`,
    order: 'id desc',
  },
  finished: {
    from: finishedFrom(columns, '$15', '$16'),
    order: 'completed_at desc, id desc',
  },
  given: {
    from: `select ${columns} from {jobs} where ${amongGiven(['shard', 'id'], '$15')} and id < $2 and id >= $3 limit $4`,
    order: 'id desc',
  },
});

const MATCHES = `
    ($5::text[] is null or type = any ($5))
    and ($6::text[] is null or status = any ($6))
    and ($7::text[] is null or queue = any ($7))
    and ($8::text[] is null or tags::text[] @> $8)
    and ($9::text is null or unique_key = $9)
    and ($10::uuid is null or worker_id = $10)
    and ($11::text is null or error ilike $11)
    and ($13::boolean is null or (status = 'pending' and scheduled_at > now()) = $13)
    and `;

/** The role for dashboards may not read payloads, so only a search in payloads names the column. */
interface Variant {
  suffix: string;
  ranges: ReturnType<typeof rangesOf>;
  matches: string;
}
const ANY_PAYLOAD: Variant = { suffix: '', ranges: rangesOf(LOOKED), matches: `${MATCHES}$12::jsonb is null` };
const BY_PAYLOAD: Variant = {
  suffix: '_by_payload',
  ranges: rangesOf(`${LOOKED}, payload`),
  matches: `${MATCHES}payload @> $12::jsonb`,
};

const COLUMNS = `
    id, type, queue, status, priority, attempts, max_attempts, unique_key, progress, left(error, 1000) as error, tags,
    ${epochMs('scheduled_at')} as scheduled_ms, ${epochMs('started_at')} as started_ms,
    ${epochMs('completed_at')} as completed_ms, ${epochMs('created_at')} as created_ms,
    to_char(completed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as finished_at`;

const selectFrom = <Params extends SelectParams | SelectFinishedParams | SelectGivenParams = SelectParams>(
  range: SelectionRange,
  { suffix, ranges, matches }: Variant,
) =>
  statement<Params, SelectedRow>(
    `select_${range}${suffix}`,
    `
  select${COLUMNS}
  from (${ranges[range].from}) as looked
  where${matches}
  order by ${ranges[range].order}
  limit $14`,
  );

const countFrom = <Params extends SelectParams | SelectFinishedParams | SelectGivenParams = SelectParams>(
  range: SelectionRange,
  { suffix, ranges, matches }: Variant,
) =>
  statement<Params, { jobs: number }>(
    `count_${range}${suffix}`,
    `
  select count(*)::int as jobs
  from (
    select
    from (${ranges[range].from}) as looked
    where${matches}
    limit $14
  ) as matching`,
  );

/** At most `take` jobs that match, newest first; finished ones by when they finished. */
export const selectNewest = selectFrom('newest', ANY_PAYLOAD);
export const selectRunning = selectFrom('running', ANY_PAYLOAD);
export const selectFinished = selectFrom<SelectFinishedParams>('finished', ANY_PAYLOAD);
export const selectGiven = selectFrom<SelectGivenParams>('given', ANY_PAYLOAD);
export const selectNewestByPayload = selectFrom('newest', BY_PAYLOAD);
export const selectRunningByPayload = selectFrom('running', BY_PAYLOAD);
export const selectFinishedByPayload = selectFrom<SelectFinishedParams>('finished', BY_PAYLOAD);
export const selectGivenByPayload = selectFrom<SelectGivenParams>('given', BY_PAYLOAD);

/** How many jobs match, counted to `take` at most. */
export const countNewest = countFrom('newest', ANY_PAYLOAD);
export const countRunning = countFrom('running', ANY_PAYLOAD);
export const countFinished = countFrom<SelectFinishedParams>('finished', ANY_PAYLOAD);
export const countGiven = countFrom<SelectGivenParams>('given', ANY_PAYLOAD);
export const countNewestByPayload = countFrom('newest', BY_PAYLOAD);
export const countRunningByPayload = countFrom('running', BY_PAYLOAD);
export const countFinishedByPayload = countFrom<SelectFinishedParams>('finished', BY_PAYLOAD);
export const countGivenByPayload = countFrom<SelectGivenParams>('given', BY_PAYLOAD);

/** The last job that a look at `look` jobs reads, if there may be more behind it. */
export const lastNewest = statement<RangeParams, { id: string; finished_at: string | null }>(
  'last_newest',
  `select id, null as finished_at from {jobs} where ${IN_RANGE} order by id desc offset $4::int - 1 limit 1`,
);
export const lastFinished = statement<
  [...RangeParams, ...FinishedBeforeParams],
  { id: string; finished_at: string | null }
>(
  'last_finished',
  `
  select id, to_char(completed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as finished_at
  from (${finishedFrom('id, completed_at', '$5', '$6')}) as looked
  order by completed_at desc, id desc
  offset $4::int - 1
  limit 1`,
);
