import { claimStatement } from './claim-jobs.sql.js';

/** Of each job its id and the run that it had when it was seen, as the texts of two arrays. */
export type ClaimGivenParams = [shard: number, ids: string, workerId: string, runs: string];

/** With the bare status in it, plans without statistics would walk over the index of all pending jobs. */
const FOUND = `
    select found.id
    from unnest($2::uuid[], $4::int[]) as given (id, run)
    cross join lateral (
      select id
      from {jobs}
      where shard = $1 and id = given.id and run = given.run and status || '' = 'pending'
      limit 1
      for update skip locked
    ) as found`;

/** Takes the given jobs, due or not. Their run says that nobody else has taken them since they were seen. */
export const claimGiven = claimStatement<ClaimGivenParams>('claim_given', FOUND);
