-- What waits of the given types in the given queues.
-- Parameters: $1 shards, $2 queues, $3 types, $4 later.
-- jobs_type_work: typeWork in libs/jobs/src/store/sql/control/queues.sql.ts
select given.type, min(extract(epoch from first.scheduled_at - now()))::float8 * 1000 as due_in_ms
from unnest($1::smallint[]) as part (shard)
cross join unnest($2::text[]) as named (queue)
cross join unnest($3::text[]) as given (type)
cross join generate_series(0, 9) as lane (priority)
cross join lateral (
  select scheduled_at
  from jobs
  where shard = part.shard and queue = named.queue and status = 'pending' and priority = lane.priority::smallint
    and scheduled_at <= case when $4::boolean then 'infinity' else now() end
    and type = given.type
  order by scheduled_at, id
  limit 1
) as first
group by given.type
order by given.type
