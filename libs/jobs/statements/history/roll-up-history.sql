-- Adds up to `$4` rows with spans of `$1` seconds, of spans of `$2` seconds that ended `$3` milliseconds ago, to the
--   sums over `$2` seconds.
-- Parameters: $1 fromSeconds, $2 toSeconds, $3 endedMs, $4 limit.
-- jobs_roll_up_history: rollUpHistory in libs/jobs/src/store/sql/history/keep-history.sql.ts
with old as materialized (
  select ctid as at
  from job_stats
  where span_s = $1::int and starts_at < date_bin($2::int * interval '1 second', now() - $3::float8 * interval '1 millisecond', timestamptz 'epoch')
  order by starts_at
  limit $4
  for update skip locked
),
taken as (
  delete from job_stats
  where ctid = any (array(select at from old))
  returning *
),
numbered as materialized (
  select *, dense_rank() over (order by type, queue, date_bin($2::int * interval '1 second', starts_at, timestamptz 'epoch')) as n
  from taken
),
sums as (
  select n, min(type) as type, min(queue) as queue, min(date_bin($2::int * interval '1 second', starts_at, timestamptz 'epoch')) as starts_at, sum(completed) as completed,
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
  select n, array_agg(least(coalesce(wait, 0), 2147483647)::int order by i) as waits, array_agg(least(coalesce(run, 0), 2147483647)::int order by i) as runs
  from buckets
  group by n
),
added as (
  insert into job_stats as s (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
  select type, queue, $2::int, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms,
    coalesce(waits, '{}'), coalesce(runs, '{}')
  from sums left join histograms using (n)
  order by type, queue, starts_at
  on conflict (type, queue, starts_at, span_s) do update set
    completed = s.completed + excluded.completed,
    retried = s.retried + excluded.retried,
    failed = s.failed + excluded.failed,
    cancelled = s.cancelled + excluded.cancelled,
    wait_ms = s.wait_ms + excluded.wait_ms,
    run_ms = s.run_ms + excluded.run_ms,
    waits = coalesce((
      select array_agg(least(coalesce(coalesce(b.old, 0)::bigint + coalesce(b.new, 0), 0), 2147483647)::int order by b.i)
      from unnest(s.waits, excluded.waits) with ordinality as b (old, new, i)
    ), '{}'),
    runs = coalesce((
      select array_agg(least(coalesce(coalesce(b.old, 0)::bigint + coalesce(b.new, 0), 0), 2147483647)::int order by b.i)
      from unnest(s.runs, excluded.runs) with ordinality as b (old, new, i)
    ), '{}')
),
details as (
  insert into job_stats as s (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
  select type, queue, -span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs
  from taken
  order by type, queue, starts_at
  on conflict (type, queue, starts_at, span_s) do update set
    completed = s.completed + excluded.completed,
    retried = s.retried + excluded.retried,
    failed = s.failed + excluded.failed,
    cancelled = s.cancelled + excluded.cancelled,
    wait_ms = s.wait_ms + excluded.wait_ms,
    run_ms = s.run_ms + excluded.run_ms,
    waits = coalesce((
      select array_agg(least(coalesce(coalesce(b.old, 0)::bigint + coalesce(b.new, 0), 0), 2147483647)::int order by b.i)
      from unnest(s.waits, excluded.waits) with ordinality as b (old, new, i)
    ), '{}'),
    runs = coalesce((
      select array_agg(least(coalesce(coalesce(b.old, 0)::bigint + coalesce(b.new, 0), 0), 2147483647)::int order by b.i)
      from unnest(s.runs, excluded.runs) with ordinality as b (old, new, i)
    ), '{}')
)
select count(*)::int as summed from taken
