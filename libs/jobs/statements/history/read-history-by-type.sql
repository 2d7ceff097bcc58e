-- Sums of each type: of the `$6` types with the most runs, or the most failures or run time.
-- Parameters: $1 spans, $2 froms, $3 tos, $4 order, $5 queue, $6 limit.
-- jobs_read_history_by_type: readHistoryByType in libs/jobs/src/store/sql/history/read-history.sql.ts
with sums as materialized (
  select type, count(*) over ()::int as types, row_number() over (order by
    case $4::text
      when 'failures' then sum(retried + failed)
      when 'time' then sum(run_ms)
      else sum(completed + retried + failed + cancelled)
    end desc, type) as place,
    sum(completed)::float8 as completed, sum(retried)::float8 as retried, sum(failed)::float8 as failed,
    sum(cancelled)::float8 as cancelled, sum(wait_ms)::float8 as wait_ms, sum(run_ms)::float8 as run_ms
  from unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) as part (span, starts, ends)
  cross join lateral (
    select type, completed, retried, failed, cancelled, wait_ms, run_ms
    from job_stats
    where span_s = part.span and starts_at >= part.starts and starts_at < part.ends
      and type <> '' and ($5::text is null or queue = $5)
    offset 0
  ) as s
  group by type
  order by place
  limit $6
),
buckets as materialized (
  select sums.place, i, sum(s.waits[i])::float8 as wait, sum(s.runs[i])::float8 as run
  from unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) as part (span, starts, ends)
  cross join lateral (
    select type, waits, runs
    from job_stats
    where span_s = part.span and starts_at >= part.starts and starts_at < part.ends
      and type <> '' and ($5::text is null or queue = $5)
    offset 0
  ) as s
  join sums on sums.type = s.type
  cross join lateral generate_series(1, greatest(cardinality(s.waits), cardinality(s.runs))) as i
  group by sums.place, i
),
histograms as (
  select place, array_agg(coalesce(wait, 0) order by i) as waits, array_agg(coalesce(run, 0) order by i) as runs
  from buckets
  group by place
)
select type, types, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs
from sums left join histograms using (place)
order by place
