-- The server's version, role and clock.
-- jobs_read_server: readServer in libs/jobs/src/store/sql/doctor/read-server.sql.ts
select
  current_setting('server_version') as version,
  current_setting('server_version_num')::int as version_num,
  pg_is_in_recovery() as standby,
  current_setting('autovacuum')::boolean as autovacuum,
  (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms
