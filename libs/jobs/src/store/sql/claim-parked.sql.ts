import { claimStatement } from './claim-jobs.sql.js';

/** Of each job its id and the run that was handed back, as the texts of two arrays. */
export type ClaimParkedParams = [shard: number, ids: string, workerId: string, runs: string];

/** With the bare status in it, plans without statistics would walk over the index of all pending jobs. */
const FOUND = `
    select found.id
    from unnest($2::uuid[], $4::int[]) as parked (id, run)
    cross join lateral (
      select id
      from jobs
      where shard = $1 and id = parked.id and run = parked.run and status || '' = 'pending'
      limit 1
      for update skip locked
    ) as found`;

/**
 * Takes jobs that this process has handed back for a while, before they are due again. Their run says that nobody else
 * has taken them since.
 */
export const claimParked = claimStatement<ClaimParkedParams>('claim_parked', FOUND);
