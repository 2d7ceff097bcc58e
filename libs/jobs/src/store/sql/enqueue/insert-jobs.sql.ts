import { statement } from '../../statement.js';

/** Parallel arrays with one entry per job, so that the number of parameters does not depend on the number of jobs. */
export type InsertJobsParams = [
  shard: number,
  ids: string[],
  types: string[],
  payloads: string[],
  queues: string[],
  priorities: number[],
  maxAttempts: number[],
  timeoutsMs: number[],
  retries: (string | null)[],
  scheduledAts: (Date | null)[],
  delaysMs: number[],
  uniqueKeys: (string | null)[],
  tags: string[],
];

const insert = (condition = ''): string => `
  insert into {jobs}
    (shard, id, type, payload, queue, priority, max_attempts, timeout_ms, retry, scheduled_at, unique_key, tags)
  select
    $1, j.id, j.type, j.payload::jsonb, j.queue, j.priority, j.max_attempts, j.timeout_ms, j.retry::jsonb,
    coalesce(j.scheduled_at, now() + j.delay_ms * interval '1 millisecond'), j.unique_key, j.tags::varchar(50)[]
  from unnest(
    $2::uuid[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::int[], $8::int[], $9::text[],
    $10::timestamptz[], $11::float8[], $12::text[], $13::text[]
  ) as j (
    id, type, payload, queue, priority, max_attempts, timeout_ms, retry,
    scheduled_at, delay_ms, unique_key, tags
  )${condition}
  on conflict (shard, queue, unique_key)
    where unique_key is not null and status in ('pending', 'blocked', 'processing') do nothing
  returning id`;

/** Adds jobs and returns their ids, without those of jobs whose unique key is taken. */
export const insertJobs = statement<InsertJobsParams, { id: string }>('insert_jobs', insert());

/**
 * As `insertJobs`, for a transaction of its own. It fails with 55P03 if it would wait longer than `lockTimeout`, such
 * as `10ms`, for another transaction. So no connection is kept waiting for a unique key.
 */
export const insertJobsUnlessLocked = statement<[...InsertJobsParams, lockTimeout: string], { id: string }>(
  'insert_jobs_unless_locked',
  insert(`
  where (select set_config('lock_timeout', $14, true)) is not null`),
);
