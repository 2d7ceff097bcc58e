import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

/** Sums over some rows. The arrays are histograms; null where nothing was measured. */
export interface HistorySums {
  completed: number;
  retried: number;
  failed: number;
  cancelled: number;
  wait_ms: number;
  run_ms: number;
  waits: number[] | null;
  runs: number[] | null;
}

export interface HistoryStepRow extends HistorySums {
  step_ms: number;
}

export interface HistoryTypeRow extends HistorySums {
  type: string;
  /** How many types there are, before the limit. */
  types: number;
}

const SUMS = `
      sum(completed)::float8 as completed, sum(retried)::float8 as retried, sum(failed)::float8 as failed,
      sum(cancelled)::float8 as cancelled, sum(wait_ms)::float8 as wait_ms, sum(run_ms)::float8 as run_ms`;
const RANK = `
      case $4::text
        when 'failures' then sum(retried + failed)
        when 'time' then sum(run_ms)
        else sum(completed + retried + failed + cancelled)
      end`;
const HISTOGRAMS = 'array_agg(coalesce(wait, 0) order by i) as waits, array_agg(coalesce(run, 0) order by i) as runs';
const BUCKETS = 'sum(b.wait)::float8 as wait, sum(b.run)::float8 as run';

/**
 * Sums of a type for each step of `$5` seconds between two times, where there are any. An empty type is the sum of a queue's
 * types. A null queue: all queues of the type.
 */
export const readHistory = statement<
  [type: string, queue: string | null, from: Date, to: Date, stepSeconds: number],
  HistoryStepRow
>(
  'read_history',
  `
  with spans as materialized (
    select date_bin($5::int * interval '1 second', starts_at, timestamptz 'epoch') as step, *
    from {job_stats}
    where type = $1 and ($2::text is null or queue = $2) and starts_at >= $3 and starts_at < $4
  ),
  sums as (
    select step,${SUMS}
    from spans
    group by step
  ),
  buckets as (
    select step, b.i, ${BUCKETS}
    from spans, unnest(waits, runs) with ordinality as b (wait, run, i)
    group by step, b.i
  ),
  histograms as (
    select step, ${HISTOGRAMS}
    from buckets
    group by step
  )
  select ${epochMs('step')} as step_ms, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs
  from sums left join histograms using (step)
  order by step`,
);

/** Sums of each type between two times: of the `$5` types with the most runs, or the most failures or run time. */
export const readHistoryByType = statement<
  [queue: string | null, from: Date, to: Date, order: string, limit: number],
  HistoryTypeRow
>(
  'read_history_by_type',
  `
  with sums as materialized (
    select type, count(*) over ()::int as types, row_number() over (order by ${RANK} desc, type) as place,${SUMS}
    from {job_stats}
    where span_s = any ('{60,600,3600,86400}') and starts_at >= $2 and starts_at < $3
      and type <> '' and ($1::text is null or queue = $1)
    group by type
    order by place
    limit $5
  ),
  buckets as (
    select s.type, b.i, ${BUCKETS}
    from {job_stats} as s, unnest(s.waits, s.runs) with ordinality as b (wait, run, i)
    where s.span_s = any ('{60,600,3600,86400}') and s.starts_at >= $2 and s.starts_at < $3
      and s.type in (select type from sums) and ($1::text is null or s.queue = $1)
    group by s.type, b.i
  ),
  histograms as (
    select type, ${HISTOGRAMS}
    from buckets
    group by type
  )
  select type, types, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs
  from sums left join histograms using (type)
  order by place`,
);
