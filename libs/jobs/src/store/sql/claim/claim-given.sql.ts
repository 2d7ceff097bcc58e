import { claimStatement } from './claim-jobs.sql.js';

/** The id of each job and the run that was seen with it, as the texts of two arrays. */
export type ClaimGivenParams = [shard: number, ids: string, workerId: string, runs: string];

/** `status || ''` keeps plans without statistics from using the index of all pending jobs. */
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

/** Claims those given jobs, due or not, whose run is unchanged: no other worker has claimed them meanwhile. */
export const claimGiven = claimStatement<ClaimGivenParams>('claim_given', FOUND);
