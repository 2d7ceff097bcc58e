import { textStatement } from '../../statement.js';
import { amongArrayOnly, amongGiven, type KeyColumns } from '../claim/among-ids.js';
import { LOCK_PATIENCE } from '../lock-patience.sql.js';

const KEY: KeyColumns = ['shard', 'id'];

function textWith(rows: string): string {
  return `
  with settled as (
    update {jobs}
    set status = 'completed', worker_id = null, completed_at = now(), updated_at = now()
    where ${rows}
      and run = $4 and worker_id = $2
    returning 1
  )
  select count(*)::int as written from settled`;
}

/**
 * Settles jobs that completed without a result and share one number of their run, as nearly all jobs do. There is no
 * join, so the primary key is the only plan. The fence is that of `settleJobs`. The number of rows shows whether all
 * runs passed it.
 */
export const settleCompleted = textStatement<[shard: number, workerId: string, ids: string, run: number], number>(
  'settle_completed',
  textWith(amongGiven(KEY, '$3')),
  ([written]) => Number(written),
  {
    text17: textWith(amongArrayOnly(KEY, '$3::uuid[]')),
    pooledText: textWith(`${amongGiven(KEY, '$3')} ${LOCK_PATIENCE}`),
  },
);
