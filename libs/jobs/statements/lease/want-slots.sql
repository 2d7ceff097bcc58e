-- Sets how many slots the living workers shall have, or one of them.
-- Parameters: $1 id, $2 slots.
-- jobs_want_slots: wantSlots in libs/jobs/src/store/sql/lease/steer-workers.sql.ts
update job_workers
set wanted_slots = least($2::int, max_slots), wanted_at = now()
where dead_at is null and ($1::uuid is null or id = $1)
returning id
