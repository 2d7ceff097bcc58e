-- Asks whether the database answers at all, and whether the tables are where they are looked for.
-- jobs_ping: ping in libs/jobs/src/store/sql/stats/ping.sql.ts
select exists (
  select from pg_attribute where attrelid = to_regclass('jobs') and attname = 'shard' and not attisdropped
) as found
