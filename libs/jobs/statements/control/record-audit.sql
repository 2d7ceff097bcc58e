-- Records who did what.
-- Parameters: $1 actor, $2 action, $3 jobId, $4 details.
-- jobs_record_audit: recordAudit in libs/jobs/src/store/sql/control/record-audit.sql.ts
insert into job_audit (actor, action, job_id, details) values ($1, $2, $3, $4::jsonb)
