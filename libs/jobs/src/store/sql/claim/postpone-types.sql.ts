import { statement } from '../../statement.js';
import { amongIds } from './among-ids.js';

/** Postpones due jobs of types without a processor here, so that they do not block other jobs. */
export const postponeTypes = statement<
  [shard: number, limit: number, queues: string[], types: string[], delayMs: number],
  { type: string }
>(
  'postpone_types',
  `
  with due as materialized (
    select id
    from {jobs}
    where shard = $1 and queue = any ($3) and status = 'pending' and scheduled_at <= now() and type = any ($4)
    order by queue, priority, scheduled_at, id
    limit $2
    for update skip locked
  )
  update {jobs} as j
  set scheduled_at = now() + $5::float8 * interval '1 millisecond', updated_at = now()
  where ${amongIds(['j.shard', 'j.id'], 'select id from due')}
  returning j.type`,
);
