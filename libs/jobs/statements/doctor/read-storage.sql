-- Size and dead rows of the table of jobs.
-- jobs_read_storage: readStorage in libs/jobs/src/store/sql/doctor/read-storage.sql.ts
select
  format('%I.%I', n.nspname, c.relname) as relation,
  coalesce(s.n_live_tup, 0)::float8 as live,
  coalesce(s.n_dead_tup, 0)::float8 as dead,
  coalesce('autovacuum_enabled=false' = any(c.reloptions), false) as autovacuum_off
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
left join pg_stat_all_tables as s on s.relid = c.oid
where c.oid = to_regclass('jobs')
