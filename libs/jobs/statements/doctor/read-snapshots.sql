-- What keeps the server from removing dead rows: sessions and prepared transactions of an age, and slots.
-- Parameters: $1 minSeconds.
-- jobs_read_snapshots: readSnapshots in libs/jobs/src/store/sql/doctor/read-snapshots.sql.ts
select
  'session' as kind, pid::text as name, concat_ws(', ', nullif(application_name, ''), state) as detail,
  extract(epoch from now() - xact_start)::float8 as seconds, null::float8 as transactions
from pg_stat_activity
where (backend_xmin is not null or backend_xid is not null) and pid <> pg_backend_pid()
  and datname = current_database() and xact_start < now() - $1::float8 * interval '1 second'
union all
select 'prepared', gid, owner::text, extract(epoch from now() - prepared)::float8, null
from pg_prepared_xacts
where database = current_database() and prepared < now() - $1::float8 * interval '1 second'
union all
select 'slot', slot_name::text, case when active then 'active' else 'inactive' end, null, age(xmin)::float8
from pg_replication_slots
where xmin is not null
order by seconds desc nulls last, transactions desc
limit 100
