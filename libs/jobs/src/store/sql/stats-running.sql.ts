import { statement } from '../statement.js';

export interface RunningCountRow {
  type: string;
  jobs: number;
  too_long: number;
}

/** Running jobs by type, and how many of them have run for longer than some minutes, among at most `limit`. */
export const countRunning = statement<[shard: number, minutes: number, limit: number], RunningCountRow>(
  'stats_running',
  `
  select
    type,
    count(*)::int as jobs,
    (count(*) filter (where started_at < now() - $2::float8 * interval '1 minute'))::int as too_long
  from (
    select type, started_at
    from jobs
    where shard = $1 and status = 'processing'
    order by worker_id
    limit $3
  ) as running
  group by type`,
);

export interface LongRunningRow {
  id: string;
  type: string;
  /** Null if the worker's row is gone. */
  host: string | null;
  started_at: Date;
  running_seconds: number;
}

/** The running jobs that have run for longer than some minutes, longest first: `take` of them, among at most `limit`. */
export const findLongRunning = statement<[shard: number, minutes: number, limit: number, take: number], LongRunningRow>(
  'stats_long_running',
  `
  select
    longest.id, longest.type, w.host, longest.started_at,
    extract(epoch from now() - longest.started_at)::float8 as running_seconds
  from (
    select *
    from (
      select id, type, worker_id, started_at
      from jobs
      where shard = $1 and status = 'processing'
      order by worker_id
      limit $3
    ) as running
    where started_at < now() - $2::float8 * interval '1 minute'
    order by started_at
    limit $4
  ) as longest
  left join job_workers as w on w.id = longest.worker_id
  order by longest.started_at`,
);
