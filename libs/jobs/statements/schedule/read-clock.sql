-- The database's clock.
-- jobs_read_clock: readClock in libs/jobs/src/store/sql/schedule/schedules.sql.ts
select (extract(epoch from now()) * 1000)::float8 as now_ms
