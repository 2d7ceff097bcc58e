import { statement } from '../../statement.js';

/** Cancels a job that has not started. */
export const cancelWaiting = statement<[shard: number, id: string], { id: string }>(
  'cancel_waiting',
  `
  update {jobs}
  set status = 'cancelled', completed_at = now(), updated_at = now()
  where shard = $1 and id = $2 and status in ('pending', 'blocked')
  returning id`,
  { waitsForLocks: true },
);

/** Asks the worker that runs the job to cancel it, without locking the job's row. */
export const signalCancel = statement<[shard: number, id: string], { job_id: string }>(
  'signal_cancel',
  `
  insert into {job_signals} (shard, job_id, kind)
  select shard, id, 'cancel' from {jobs} where shard = $1 and id = $2 and status = 'processing'
  on conflict (shard, job_id, kind) do update set created_at = now()
  returning job_id`,
  { waitsForLocks: true },
);
