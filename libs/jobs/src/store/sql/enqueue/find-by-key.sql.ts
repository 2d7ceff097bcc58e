import { statement } from '../../statement.js';

/** The unfinished jobs that hold the given unique keys. Keys that are free have no row. */
export const findByKeys = statement<
  [shard: number, queues: string[], uniqueKeys: string[]],
  { id: string; queue: string; unique_key: string }
>(
  'find_by_keys',
  `
  select j.id, j.queue, j.unique_key
  from unnest($2::text[], $3::text[]) as wanted (queue, unique_key)
  join {jobs} as j on j.shard = $1 and j.queue = wanted.queue and j.unique_key = wanted.unique_key
  where j.status in ('pending', 'blocked', 'processing')`,
);
