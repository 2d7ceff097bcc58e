import { statement } from '../../statement.js';
import { bucketCount, HISTORY_COLUMNS, OR_ADD, startOfSpan } from './add-history.sql.js';

const AGO = `now() - $3::float8 * interval '1 millisecond'`;
const SPAN = startOfSpan('$2::int', 'starts_at');

/**
 * Adds up to `$4` rows with spans of `$1` seconds, of spans of `$2` seconds that ended `$3` milliseconds ago, to the sums over
 * `$2` seconds. They stay as details, with a negative span. Rows with positive spans say everything exactly once, whatever
 * is written late. Returns how many rows were summed up.
 *
 * Rows that are locked stay where they are, so their places identify them. Sums are numbered, because names take long to sort.
 */
export const rollUpHistory = statement<
  [fromSeconds: number, toSeconds: number, endedMs: number, limit: number],
  { summed: number }
>(
  'roll_up_history',
  `
  with old as materialized (
    select ctid as at
    from {job_stats}
    where span_s = $1::int and starts_at < ${startOfSpan('$2::int', AGO)}
    order by starts_at
    limit $4
    for update skip locked
  ),
  taken as (
    delete from {job_stats}
    where ctid = any (array(select at from old))
    returning *
  ),
  numbered as materialized (
    select *, dense_rank() over (order by type, queue, ${SPAN}) as n
    from taken
  ),
  sums as (
    select n, min(type) as type, min(queue) as queue, min(${SPAN}) as starts_at, sum(completed) as completed,
      sum(retried) as retried, sum(failed) as failed, sum(cancelled) as cancelled, sum(wait_ms) as wait_ms, sum(run_ms) as run_ms
    from numbered
    group by n
  ),
  buckets as materialized (
    select n, i, sum(waits[i]) as wait, sum(runs[i]) as run
    from numbered
    cross join lateral generate_series(1, greatest(cardinality(waits), cardinality(runs))) as i
    group by n, i
  ),
  histograms as (
    select n, array_agg(${bucketCount('wait')} order by i) as waits, array_agg(${bucketCount('run')} order by i) as runs
    from buckets
    group by n
  ),
  added as (
    insert into {job_stats} as s (${HISTORY_COLUMNS})
    select type, queue, $2::int, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms,
      coalesce(waits, '{}'), coalesce(runs, '{}')
    from sums left join histograms using (n)
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
    select ctid as at
    from {job_stats}
    where span_s = any ($1::int[]) and starts_at < now() - $2::float8 * interval '1 millisecond'
    limit $3
    for update skip locked
  ),
  gone as (
    delete from {job_stats}
    where ctid = any (array(select at from old))
    returning 1
  )
  select count(*)::int as pruned from gone`,
);
