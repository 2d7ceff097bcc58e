import { hotStatement } from '../../statement.js';
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
 * The hot path of settling: jobs that completed without a result and were all claimed for the same time, which nearly
 * all jobs are. No join, so that there is one plan only, the primary key's. The fence is that of `settleJobs`; the number
 * of rows tells whether all of them passed it.
 */
export const settleCompleted = hotStatement<[shard: number, workerId: string, ids: string, run: number], number>(
  'settle_completed',
  textWith(amongGiven(KEY, '$3')),
  ([written]) => Number(written),
  {
    text17: textWith(amongArrayOnly(KEY, '$3::uuid[]')),
    pooledText: textWith(`${amongGiven(KEY, '$3')} ${LOCK_PATIENCE}`),
  },
);
