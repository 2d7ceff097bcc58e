-- The log of a job: the lines after a line, or the last lines.
-- Parameters: $1 shard, $2 id, $3 after, $4 limit.
-- jobs_read_log: readLog in libs/jobs/src/store/sql/logs/read-log.sql.ts
select
  coalesce((select max(line) from job_logs where shard = $1 and job_id = $2), 0) as total,
  (select count(*)::int from job_logs where shard = $1 and job_id = $2) as kept,

  coalesce(
    (
      select json_agg(
        json_build_object(
          'line', l.line, 'attempt', l.attempt, 'logged_ms', (extract(epoch from l.logged_at) * 1000)::float8, 'message', l.message,
          'fields', l.fields
        )
        order by l.line
      )
      from (
    (
      select line, attempt, logged_at, message, fields
      from job_logs
      where shard = $1 and job_id = $2 and line > $3::int
      order by line
      limit $4::int
    )
    union all
    (
      select line, attempt, logged_at, message, fields
      from job_logs
      where shard = $1 and job_id = $2 and $3::int is null
      order by line desc
      limit $4::int
    )) as l
    ),
    '[]'
  ) as lines
from jobs
where shard = $1 and id = $2
