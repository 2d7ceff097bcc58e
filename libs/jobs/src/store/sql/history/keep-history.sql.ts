import { statement } from '../../statement.js';
import { bucketCount, HISTORY_COLUMNS, OR_ADD, startOfSpan } from './add-history.sql.js';

const AGO = `now() - $3::float8 * interval '1 millisecond'`;
const SPAN = startOfSpan('$2::int', 'starts_at');

/**
 * Adds up to `$4` rows with spans of `$1` seconds, of spans of `$2` seconds that ended `$3` milliseconds ago, to the sums over
 * `$2` seconds. They stay as details, with a negative span. Rows with positive spans say everything exactly once, whatever
 * is written late. Returns how many rows were summed up.
 */
export const rollUpHistory = statement<
  [fromSeconds: number, toSeconds: number, endedMs: number, limit: number],
  { summed: number }
>(
  'roll_up_history',
  `
  with old as materialized (
    select type, queue, starts_at
    from {job_stats}
    where span_s = $1::int and starts_at < ${startOfSpan('$2::int', AGO)}
    order by starts_at
    limit $4
    for update skip locked
  ),
  taken as (
    delete from {job_stats} as s
    using old
    where s.type = old.type and s.queue = old.queue and s.starts_at = old.starts_at and s.span_s = $1::int
    returning s.*
  ),
  sums as (
    select type, queue, ${SPAN} as starts_at, sum(completed) as completed, sum(retried) as retried,
      sum(failed) as failed, sum(cancelled) as cancelled, sum(wait_ms) as wait_ms, sum(run_ms) as run_ms
    from taken
    group by 1, 2, 3
  ),
  buckets as (
    select type, queue, ${SPAN} as starts_at, b.i, sum(b.wait) as wait, sum(b.run) as run
    from taken, unnest(waits, runs) with ordinality as b (wait, run, i)
    group by 1, 2, 3, 4
  ),
  histograms as (
    select type, queue, starts_at,
      array_agg(${bucketCount('wait')} order by i) as waits, array_agg(${bucketCount('run')} order by i) as runs
    from buckets
    group by 1, 2, 3
  ),
  added as (
    insert into {job_stats} as s (${HISTORY_COLUMNS})
    select type, queue, $2::int, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms,
      coalesce(waits, '{}'), coalesce(runs, '{}')
    from sums left join histograms using (type, queue, starts_at)
    order by type, queue, starts_at${OR_ADD}
  ),
  details as (
    insert into {job_stats} as s (${HISTORY_COLUMNS})
    select type, queue, -span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs
    from taken
    order by type, queue, starts_at${OR_ADD}
  )
  select count(*)::int as summed from taken`,
);

/** Deletes up to `$3` rows with one of the spans `$1` that began more than `$2` milliseconds ago. Returns how many. */
export const pruneHistory = statement<[spans: number[], olderThanMs: number, limit: number], { pruned: number }>(
  'prune_history',
  `
  with old as materialized (
    select type, queue, starts_at, span_s
    from {job_stats}
    where span_s = any ($1::int[]) and starts_at < now() - $2::float8 * interval '1 millisecond'
    limit $3
    for update skip locked
  ),
  gone as (
    delete from {job_stats} as s
    using old
    where s.type = old.type and s.queue = old.queue and s.starts_at = old.starts_at and s.span_s = old.span_s
    returning 1
  )
  select count(*)::int as pruned from gone`,
);
