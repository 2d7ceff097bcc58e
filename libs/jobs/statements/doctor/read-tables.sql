-- The sizes of the given tables in the schema of the table of jobs, the largest first.
-- Parameters: $1 tables.
-- jobs_read_tables: readTables in libs/jobs/src/store/sql/doctor/read-storage.sql.ts
select
  c.relname as name,
  coalesce(s.n_live_tup, 0)::float8 as live,
  coalesce(s.n_dead_tup, 0)::float8 as dead,
  pg_table_size(c.oid)::float8 as table_bytes,
  pg_indexes_size(c.oid)::float8 as index_bytes,
  (extract(epoch from greatest(s.last_vacuum, s.last_autovacuum)) * 1000)::float8 as vacuumed_ms
from pg_class as c
left join pg_stat_all_tables as s on s.relid = c.oid
where c.relnamespace = (select relnamespace from pg_class where oid = to_regclass('jobs'))
  and c.relname = any($1::text[])
order by pg_total_relation_size(c.oid) desc, c.relname
