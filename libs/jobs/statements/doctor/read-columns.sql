-- The columns of the given tables in the schema of the table of jobs.
-- Parameters: $1 tables.
-- jobs_read_columns: readColumns in libs/jobs/src/store/sql/doctor/read-storage.sql.ts
select c.relname as relation, a.attname as name
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid
where c.relnamespace = (select relnamespace from pg_class where oid = to_regclass('jobs'))
  and c.relname = any($1::text[]) and a.attnum > 0 and not a.attisdropped
