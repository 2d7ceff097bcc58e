-- Of these jobs, those that exist, with their ending if they have one.
-- Parameters: $1 shard, $2 ids.
-- jobs_read_endings: readEndings in libs/jobs/src/store/sql/control/read-endings.sql.ts
select
  id, type, case when completed_at is not null then status end as status,
  case when completed_at is not null then result end as result, error, attempts,
  (extract(epoch from completed_at) * 1000)::float8 as completed_ms
from jobs
where shard = $1 and id = any($2::uuid[])
