-- Adds lines to the logs of runs that their jobs have not left behind.
-- Parameters: $1 shard, $2 ids, $3 runs, $4 runLines, $5 attempts, $6 loggedMs, $7 messages, $8 fields.
-- jobs_append_logs: appendLogs in libs/jobs/src/store/sql/logs/append-logs.sql.ts
with given as materialized (
  select id, run, run_line, attempt, logged_ms, message, fields
  from unnest(
    $2::uuid[], $3::int[], $4::int[], $5::int[], $6::float8[], $7::text[], $8::text[]
  ) as given (id, run, run_line, attempt, logged_ms, message, fields)
),
owners as materialized (
  select r.id, r.run, coalesce(last.line - case when last.run = r.run then last.run_line else 0 end, 0) as before
  from (select distinct id, run from given) as r
  join jobs as j on j.shard = $1 and j.id = r.id and j.run = r.run
  left join lateral (
    select line, run, run_line from job_logs where shard = $1 and job_id = r.id order by line desc limit 1
  ) as last on true
  for key share of j
),
added as (
  insert into job_logs (shard, job_id, line, run, run_line, attempt, logged_at, message, fields)
  select
    $1, g.id, o.before + g.run_line, g.run, g.run_line, g.attempt, to_timestamp(g.logged_ms / 1000), g.message,
    g.fields::json
  from given as g
  join owners as o on o.id = g.id and o.run = g.run
  on conflict do nothing
  returning job_id, line
)
select job_id as id, max(line) as last from added group by job_id
