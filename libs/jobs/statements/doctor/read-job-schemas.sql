-- The schemas of this database that have tables of jobs.
-- jobs_read_job_schemas: readJobSchemas in libs/jobs/src/store/sql/doctor/read-storage.sql.ts
select n.nspname as schema
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
join pg_attribute as a on a.attrelid = c.oid and a.attname = 'shard' and not a.attisdropped
where c.relname = 'jobs' and c.relkind in ('r', 'p')
order by 1
