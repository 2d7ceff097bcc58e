import { statement } from '../../statement.js';
import { amongGiven } from '../claim/among-ids.js';

/** How many failed attempts a job keeps: enough to see a pattern, and few enough that no job grows without end. */
export const FAILURES_KEPT = 10;

/** Deletes all but the last failed attempts of some jobs. */
export const forgetFailures = statement<[shard: number, ids: string[]], never>(
  'forget_failures',
  `
  delete from {job_failures} as f
  using unnest($2::uuid[]) as failed (id)
  where ${amongGiven(['f.shard', 'f.job_id'], '$2')} and f.job_id = failed.id
    and f.run <= (
      select kept.run
      from {job_failures} as kept
      where kept.shard = $1 and kept.job_id = failed.id
      order by kept.run desc
      offset ${FAILURES_KEPT}
      limit 1
    )`,
);
