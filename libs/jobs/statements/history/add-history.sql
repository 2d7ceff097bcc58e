-- Adds counts to the minute in which the server's clock was `$1` milliseconds ago.
-- Parameters: $1 ageMs, $2 rows, $3 writer, $4 day, $5 batch.
-- jobs_add_history: addHistory in libs/jobs/src/store/sql/history/add-history.sql.ts
with mark as (
  insert into job_stats as s (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
  values ($3, '', 0, $4, $5::bigint, 0, 0, 0, 0, 0, '{}', '{}')
  on conflict (type, queue, starts_at, span_s) do update set completed = excluded.completed
    where s.completed < excluded.completed
  returning 1
),
added as (
  insert into job_stats as s (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
  select type, queue, 60, date_bin(60 * interval '1 second', now() - $1::float8 * interval '1 millisecond', timestamptz 'epoch'),
    completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs
  from jsonb_to_recordset($2::jsonb) as given (
    type text, queue text, completed bigint, retried bigint, failed bigint, cancelled bigint,
    wait_ms bigint, run_ms bigint, waits int[], runs int[]
  )
  where exists (select from mark)
  order by type, queue
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
  returning 1
)
select (extract(epoch from now()) * 1000)::float8 as now_ms, (select count(*) from added) as rows
