-- The state of watched jobs, and their next lines after the one of each; with null, the last ones.
-- Parameters: $1 shard, $2 ids, $3 after.
-- jobs_read_changes: readChanges in libs/jobs/src/store/sql/control/read-changes.sql.ts
select
  w.place::int as place, j.id, j.type, j.status, j.attempts, j.run, j.progress, j.progress_note,
  case when j.completed_at is not null then j.result end as result,
  case when j.completed_at is not null then j.error end as error, (extract(epoch from j.completed_at) * 1000)::float8 as completed_ms,

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
    select line, attempt, logged_at, message, fields
    from job_logs
    where shard = $1 and job_id = j.id and line > coalesce(
        w.after_line,
        (select max(line) from job_logs where shard = $1 and job_id = j.id) - 100
      )
    order by line
    limit 100) as l
    ),
    '[]'
  ) as lines
from unnest($2::uuid[], $3::int[]) with ordinality as w (id, after_line, place)
join jobs as j on j.id = w.id
where j.shard = $1 and j.id = any ($2::uuid[])
    and j.id >= (select id from unnest($2::uuid[]) as given (id) order by id limit 1)
    and j.id <= (select id from unnest($2::uuid[]) as given (id) order by id desc limit 1)
