-- The job types that an application has registered at its boot, with their defaults.
-- jobs_read_types: readTypes in libs/jobs/src/store/sql/lease/read-types.sql.ts
select type, queue, priority, max_attempts, timeout_ms, retry from job_types order by type limit 10000
