-- Postpones due jobs of types without a processor here, so that they do not block other jobs.
-- Parameters: $1 shard, $2 limit, $3 queues, $4 types, $5 delayMs.
-- jobs_postpone_types: postponeTypes in libs/jobs/src/store/sql/claim/postpone-types.sql.ts
with due as materialized (
  select id
  from jobs
  where shard = $1 and queue = any ($3) and status = 'pending' and scheduled_at <= now() and type = any ($4)
  order by queue, priority, scheduled_at, id
  limit $2
  for update skip locked
)
update jobs as j
set scheduled_at = now() + $5::float8 * interval '1 millisecond', updated_at = now()
where j.shard = $1 and j.id = any (array(select id from due))
    and j.id >= (select id from due order by id limit 1)
    and j.id <= (select id from due order by id desc limit 1)
returning j.type
