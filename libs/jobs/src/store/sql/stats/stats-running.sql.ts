import { DEFAULT_TIMEOUT_MS } from '../../../job/job-definition.js';
import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

/** How long a run that has timed out may take to stop and be settled, in milliseconds. */
const SETTLING_MS = 10_000;

/** Materialized, because without statistics the planner would look up the type of each job by the index. */
const TYPES = 'with types as materialized (select type, timeout_ms from {job_types})';

/**
 * At most `limit` running jobs of a shard, each with the time from which it has run too long. That is `minutes` after
 * its start, if given. Otherwise it is the timeout of the job or its type, and time to be settled.
 */
const RUNNING = `
  select
    j.*,
    j.started_at + coalesce(
      $2::float8 * interval '1 minute',
      (j.timeout_ms + ${SETTLING_MS}) * interval '1 millisecond'
    ) as too_long_from
  from (
    select l.id, l.type, l.worker_id, l.started_at, coalesce(l.timeout_ms, t.timeout_ms, ${DEFAULT_TIMEOUT_MS})::float8 as timeout_ms
    from (
      select id, type, worker_id, started_at, timeout_ms
      from {jobs}
      where shard = $1 and status = 'processing'
      order by worker_id
      limit $3
    ) as l
    left join types as t on t.type = l.type
  ) as j`;

export interface RunningCountRow {
  type: string;
  jobs: number;
  too_long: number;
}

/** Running jobs by type, and how many of them have run too long, among at most `limit` jobs. */
export const countRunning = statement<[shard: number, minutes: number | null, limit: number], RunningCountRow>(
  'stats_running',
  `
  ${TYPES}
  select
    type,
    count(*)::int as jobs,
    (count(*) filter (where too_long_from < now()))::int as too_long
  from (${RUNNING}) as running
  group by type`,
);

export interface LongRunningRow {
  id: string;
  type: string;
  /** Null if the worker's row is gone. */
  host: string | null;
  started_ms: number;
  running_seconds: number;
  timeout_seconds: number;
}

/** The jobs that have run too long, longest first: at most `take` of them, among at most `limit` running jobs. */
export const findLongRunning = statement<
  [shard: number, minutes: number | null, limit: number, take: number],
  LongRunningRow
>(
  'stats_long_running',
  `
  ${TYPES}
  select
    longest.id, longest.type, w.host, ${epochMs('longest.started_at')} as started_ms,
    extract(epoch from now() - longest.started_at)::float8 as running_seconds,
    longest.timeout_ms / 1000 as timeout_seconds
  from (
    select *
    from (${RUNNING}) as running
    where too_long_from < now()
    order by started_at
    limit $4
  ) as longest
  left join {job_workers} as w on w.id = longest.worker_id
  order by longest.started_at`,
);
