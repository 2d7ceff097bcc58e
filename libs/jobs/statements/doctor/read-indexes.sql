-- The indexes of the table of jobs.
-- jobs_read_indexes: readIndexes in libs/jobs/src/store/sql/doctor/read-storage.sql.ts
select
  c.relname as name,
  format('%I.%I', n.nspname, c.relname) as relation,
  i.indisvalid and i.indisready as valid,
  pg_relation_size(c.oid)::float8 as bytes,
  greatest(c.reltuples, 0)::float8 as entries
from pg_index as i
join pg_class as c on c.oid = i.indexrelid
join pg_namespace as n on n.oid = c.relnamespace
where i.indrelid = to_regclass('jobs')
order by c.relname
