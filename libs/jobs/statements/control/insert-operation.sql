-- Adds an operation, unless too many have not ended.
-- Parameters: $1 format, $2 action, $3 filter, $4 query, $5 actor, $6 atMost, $7 total, $8 totalCapped, $9 batch,
--   $10 most.
-- jobs_insert_operation: insertOperation in libs/jobs/src/store/sql/control/operations.sql.ts
insert into job_operations (format, action, filter, query, actor, at_most, total, total_capped, batch)
select $1::smallint, $2, $3::jsonb, $4::jsonb, $5, $6::int, $7::int, $8::boolean, $9::int
where (select count(*) from job_operations where ended_at is null) < $10::int
returning id
