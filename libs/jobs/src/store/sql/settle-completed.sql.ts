import { statement } from '../statement.js';
import { amongGiven } from './among-ids.js';
import { LOCK_PATIENCE } from './lock-patience.sql.js';

interface SettleNames {
  ids: string;
  run: string;
  workerId: string;
  patience: string;
}

/** The update of `settleCompleted` with its parameters' names, one row for each job that it writes. */
export function completedUpdate({ ids, run, workerId, patience }: SettleNames): string {
  return `
    update jobs
    set status = 'completed', worker_id = null, completed_at = now(), updated_at = now()
    where ${amongGiven(['shard', 'id'], ids)} and run = ${run} and worker_id = ${workerId} ${patience}
    returning 1`;
}

function textWith(patience: string): string {
  return `
  with settled as (${completedUpdate({ ids: '$3', run: '$4', workerId: '$2', patience })})
  select count(*)::int as written from settled`;
}

/**
 * The hot path of settling: jobs that completed without a result and were all claimed for the same time, which nearly
 * all jobs are. No join, so that there is one plan only, the primary key's. The fence is that of `settleJobs`; the number
 * of rows tells whether all of them passed it.
 */
export const settleCompleted = statement<
  [shard: number, workerId: string, ids: string[], run: number],
  { written: number }
>('settle_completed', textWith(''), { pooledText: textWith(LOCK_PATIENCE) });
