import { statement } from '../statement.js';
import { amongIds } from './among-ids.js';

const prunedBy = (condition: string): string => `
  with old as materialized (
    select id from jobs where shard = $1 and ${condition} limit $3 for update skip locked
  ),
  failures as (
    delete from job_failures where ${amongIds(['shard', 'job_id'], 'select id from old')}
  ),
  signals as (
    delete from job_signals where ${amongIds(['shard', 'job_id'], 'select id from old')}
  )
  delete from jobs where ${amongIds(['shard', 'id'], 'select id from old')}
  returning id`;

type PruneParams = [shard: number, olderThanMs: number, limit: number];

export const pruneCompleted = statement<PruneParams, { id: string }>(
  'prune_completed',
  prunedBy(`status = 'completed' and completed_at < now() - $2::float8 * interval '1 millisecond'`),
);

/** Failed and cancelled jobs. */
export const pruneFailed = statement<PruneParams, { id: string }>(
  'prune_failed',
  prunedBy(`status in ('failed', 'cancelled') and completed_at < now() - $2::float8 * interval '1 millisecond'`),
);

/** Rows of workers that have long been dead and hold nothing. */
export const pruneWorkers = statement<[shardCount: number, olderThanMs: number], { id: string }>(
  'prune_workers',
  `
  delete from job_workers as w
  where w.dead_at < now() - $2::float8 * interval '1 millisecond'
    and not exists (
      select 1
      from generate_series(0, $1::int - 1) as s (shard)
      join jobs as j on j.shard = s.shard and j.status = 'processing' and j.worker_id = w.id
    )
  returning w.id`,
);

/** The record of old ticks, and signals that nobody picked up. */
export const pruneTicks = statement<[olderThanMs: number], { name: string }>(
  'prune_ticks',
  `
  with stale as (
    delete from job_signals where created_at < now() - $1::float8 * interval '1 millisecond'
  )
  delete from job_schedule_ticks
  where fired_at < now() - $1::float8 * interval '1 millisecond'
  returning name`,
);
