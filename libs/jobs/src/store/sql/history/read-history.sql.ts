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

/** Which rows to read: for each entry those with this span in seconds that begin between two times. Negative: details. */
export type HistoryPartParams = [spans: number[], froms: Date[], tos: Date[]];

/**
 * Sums of a type for each step of `$5` seconds between two times, where there are any. An empty type is the sum of a queue's
 * types. A null queue: all queues of the type.
 */
export const readHistory = statement<
  [type: string, queue: string | null, from: Date, to: Date, stepSeconds: number, ...HistoryPartParams],
  HistoryStepRow
>(
  'read_history',
  `
  with spans as materialized (
    select date_bin($5::int * interval '1 second', starts_at, timestamptz 'epoch') as step, *
    from {job_stats}
    where type = $1 and ($2::text is null or queue = $2) and starts_at >= $3 and starts_at < $4
      and exists (
        select from unnest($6::int[], $7::timestamptz[], $8::timestamptz[]) as part (span, starts, ends)
        where part.span = span_s and starts_at >= part.starts and starts_at < part.ends
      )
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

/** The rows of each part, by an index: `offset` keeps the planner from joining the whole table. */
const partsOf = (columns: string) => `
    from unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) as part (span, starts, ends)
    cross join lateral (
      select type, ${columns}
      from {job_stats}
      where span_s = part.span and starts_at >= part.starts and starts_at < part.ends
        and type <> '' and ($5::text is null or queue = $5)
      offset 0
    ) as s`;

/**
 * Sums of each type: of the `$6` types with the most runs, or the most failures or run time. Buckets are numbered by
 * `generate_series`, of which the planner expects many rows: it adds them up without sorting them first.
 */
export const readHistoryByType = statement<
  [...HistoryPartParams, order: string, queue: string | null, limit: number],
  HistoryTypeRow
>(
  'read_history_by_type',
  `
  with sums as materialized (
    select type, count(*) over ()::int as types, row_number() over (order by ${RANK} desc, type) as place,${SUMS}${partsOf(
      'completed, retried, failed, cancelled, wait_ms, run_ms',
    )}
    group by type
    order by place
    limit $6
  ),
  buckets as materialized (
    select sums.place, i, sum(s.waits[i])::float8 as wait, sum(s.runs[i])::float8 as run${partsOf('waits, runs')}
    join sums on sums.type = s.type
    cross join lateral generate_series(1, greatest(cardinality(s.waits), cardinality(s.runs))) as i
    group by sums.place, i
  ),
  histograms as (
    select place, ${HISTOGRAMS}
    from buckets
    group by place
  )
  select type, types, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs
  from sums left join histograms using (place)
  order by place`,
);
