import { statement } from '../statement.js';

/**
 * The hot path of settling: jobs that completed without a result and were all claimed for the same time, which nearly
 * all jobs are. No join, so that there is one plan only, the primary key's. The fence is that of `settleJobs`.
 */
export const settleCompleted = statement<[shard: number, workerId: string, ids: string[], run: number], { id: string }>(
  'settle_completed',
  `
  update jobs
  set status = 'completed', worker_id = null, completed_at = now(), updated_at = now()
  where shard = $1 and id = any ($3::uuid[]) and run = $4 and worker_id = $2
  returning id`,
);
