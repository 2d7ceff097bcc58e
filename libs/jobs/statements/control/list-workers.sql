-- The living workers, and those that were seen in the last `sinceMs` milliseconds.
-- Parameters: $1 deadAfterMs, $2 sinceMs, $3 limit.
-- jobs_list_workers: listWorkers in libs/jobs/src/store/sql/control/list-workers.sql.ts
select *
from (
  select id, host, pid, version, queues, slots, max_slots,
    case when wanted_at > last_seen_at then wanted_slots end as wanted_slots, (extract(epoch from draining_since) * 1000)::float8 as draining_ms,
    (extract(epoch from started_at) * 1000)::float8 as started_ms,
    (extract(epoch from last_seen_at) * 1000)::float8 as seen_ms,
    dead_at is null and last_seen_at > now() - $1::float8 * interval '1 millisecond' as alive
  from job_workers
  where last_seen_at > now() - greatest($1::float8, $2::float8) * interval '1 millisecond'
) as seen
order by alive desc, seen_ms desc, id
limit $3
