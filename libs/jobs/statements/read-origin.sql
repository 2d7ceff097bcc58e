-- Compares this database with the noted identity.
-- jobs_read_origin: readOrigin in libs/jobs/src/store/sql/read-origin.sql.ts
select
  exists (
    select from job_database as noted
    where (noted.system_identifier, noted.oid) is distinct from
      ((select system_identifier from pg_control_system()), here.oid::bigint)
  ) as is_copy,
  here.datname as database,
  (select relnamespace::regnamespace::text from pg_class where oid = 'job_database'::regclass) as schema
from pg_database as here
where here.datname = current_database()
