import { statement } from '../../statement.js';
import { amongIds } from '../claim/among-ids.js';

/** Deletes the jobs of the CTE `old`, with their failures, signals and logs. */
export const DELETE_OLD = `
  failures as (
    delete from {job_failures} where ${amongIds(['shard', 'job_id'], 'select id from old')}
  ),
  signals as (
    delete from {job_signals} where ${amongIds(['shard', 'job_id'], 'select id from old')}
  ),
  logs as (
    delete from {job_logs} where ${amongIds(['shard', 'job_id'], 'select id from old')}
  ),
  gone as (
    delete from {jobs} where ${amongIds(['shard', 'id'], 'select id from old')}
    returning 1
  )`;

const FINISHED_LONG_AGO = `completed_at < now() - $2::float8 * interval '1 millisecond'`;

/** The largest id of a job enqueued more than `$2` milliseconds ago: ids begin with their time. */
const LAST_OLD_ID = `(
      lpad(to_hex(greatest(extract(epoch from now()) * 1000 - $2::float8, 0)::bigint), 12, '0') || repeat('f', 20)
    )::uuid`;

export type PruneCompletedParams = [
  shard: number,
  olderThanMs: number,
  afterId: string,
  /** Whether to stop at ids that are too new for a job to delete. */
  oldIdsOnly: boolean,
  limit: number,
];

export interface PrunedPage {
  looked: number;
  /** Null if there were no more rows. */
  last_id: string | null;
  pruned: number;
}

/** Reads the next rows by id, and deletes old completed jobs among them (docs/decisions/0014-pruning.md). */
export const pruneCompleted = statement<PruneCompletedParams, PrunedPage>(
  'prune_completed',
  `
  with page as materialized (
    select id
    from {jobs}
    where shard = $1 and id > $3 and id <= case when $4::boolean then ${LAST_OLD_ID} else repeat('f', 32)::uuid end
    order by id
    limit $5
  ),
  old as materialized (
    select id
    from {jobs}
    where shard = $1 and id > $3 and id <= (select id from page order by id desc limit 1)
      and status = 'completed' and ${FINISHED_LONG_AGO}
    for update skip locked
  ),${DELETE_OLD}
  select
    (select count(*)::int from page) as looked,
    (select id from page order by id desc limit 1) as last_id,
    (select count(*)::int from gone) as pruned`,
);

/** Deletes jobs that failed or were cancelled more than `olderThanMs` ago. */
export const pruneFailed = statement<[shard: number, olderThanMs: number, limit: number], { pruned: number }>(
  'prune_failed',
  `
  with old as materialized (
    select id
    from {jobs}
    where shard = $1 and status in ('failed', 'cancelled') and ${FINISHED_LONG_AGO}
    limit $3
    for update skip locked
  ),${DELETE_OLD}
  select count(*)::int as pruned from gone`,
);

/** Deletes dead workers without running jobs: the old ones, and all but the last `keep` that died. */
export const pruneWorkers = statement<[shardCount: number, olderThanMs: number, keep: number], { id: string }>(
  'prune_workers',
  `
  delete from {job_workers} as w
  where w.dead_at < greatest(
      now() - $2::float8 * interval '1 millisecond',
      (select dead_at from {job_workers} where dead_at is not null order by dead_at desc offset $3::int - 1 limit 1)
    )
    and not exists (
      select 1
      from generate_series(0, $1::int - 1) as s (shard)
      join {jobs} as j on j.shard = s.shard and j.status = 'processing' and j.worker_id = w.id
    )
  returning w.id`,
);

/** Deletes old ticks, those beyond the latest `keep` of each schedule, and signals that no worker picked up. */
export const pruneTicks = statement<[olderThanMs: number, keep: number, limit: number], { name: string }>(
  'prune_ticks',
  `
  with stale as (
    delete from {job_signals} where created_at < now() - $1::float8 * interval '1 millisecond'
  ),
  surplus as materialized (
    select name, (
        select planned_at from {job_schedule_ticks} where name = s.name order by planned_at desc offset $2::int limit 1
      ) as latest
    from {job_schedules} as s
  ),
  old as (
    select t.name, t.planned_at
    from surplus as s
    join {job_schedule_ticks} as t on t.name = s.name and t.planned_at <= s.latest
    union all
    select name, planned_at from {job_schedule_ticks} where fired_at < now() - $1::float8 * interval '1 millisecond'
    limit $3
  )
  delete from {job_schedule_ticks} as t
  using old
  where t.name = old.name and t.planned_at = old.planned_at
  returning t.name`,
);
