-- Sums of a type for each step of `$5` seconds between two times, where there are any.
-- Parameters: $1 type, $2 queue, $3 from, $4 to, $5 stepSeconds, $6 spans, $7 froms, $8 tos.
-- jobs_read_history: readHistory in libs/jobs/src/store/sql/history/read-history.sql.ts
with spans as materialized (
  select date_bin($5::int * interval '1 second', starts_at, timestamptz 'epoch') as step, *
  from job_stats
  where type = $1 and ($2::text is null or queue = $2) and starts_at >= $3 and starts_at < $4
    and exists (
      select from unnest($6::int[], $7::timestamptz[], $8::timestamptz[]) as part (span, starts, ends)
      where part.span = span_s and starts_at >= part.starts and starts_at < part.ends
    )
),
sums as (
  select step,
    sum(completed)::float8 as completed, sum(retried)::float8 as retried, sum(failed)::float8 as failed,
    sum(cancelled)::float8 as cancelled, sum(wait_ms)::float8 as wait_ms, sum(run_ms)::float8 as run_ms
  from spans
  group by step
),
buckets as (
  select step, b.i, sum(b.wait)::float8 as wait, sum(b.run)::float8 as run
  from spans, unnest(waits, runs) with ordinality as b (wait, run, i)
  group by step, b.i
),
histograms as (
  select step, array_agg(coalesce(wait, 0) order by i) as waits, array_agg(coalesce(run, 0) order by i) as runs
  from buckets
  group by step
)
select (extract(epoch from step) * 1000)::float8 as step_ms, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs
from sums left join histograms using (step)
order by step
