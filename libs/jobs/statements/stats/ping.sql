-- Whether the database answers, and whether the tables are where the statements look for them.
-- jobs_ping: ping in libs/jobs/src/store/sql/stats/ping.sql.ts
select exists (
  select from pg_attribute where attrelid = to_regclass('jobs') and attname = 'shard' and not attisdropped
) as found
