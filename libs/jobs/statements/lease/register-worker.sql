-- Parameters: $1 id, $2 host, $3 pid, $4 version, $5 queues, $6 slots, $7 maxSlots, $8 isDrained.
-- jobs_register_worker: registerWorker in libs/jobs/src/store/sql/lease/worker-lease.sql.ts
insert into job_workers (id, host, pid, version, queues, slots, max_slots, draining_since)
values ($1, $2, $3, $4, $5, $6, $7, case when $8::boolean then now() end)
