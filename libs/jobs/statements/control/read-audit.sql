-- The latest entries with an id below the given one, newest first: ids begin with the time.
-- Parameters: $1 belowId, $2 limit.
-- jobs_read_audit: readAudit in libs/jobs/src/store/sql/control/read-audit.sql.ts
select id, actor, action, job_id, details, (extract(epoch from created_at) * 1000)::float8 as created_ms
from job_audit
where id < $1
order by id desc
limit $2
