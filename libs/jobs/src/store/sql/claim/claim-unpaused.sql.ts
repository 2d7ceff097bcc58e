import { AHEAD, AHEAD_LANES, claimStatement, type ClaimAheadParams } from './claim-jobs.sql.js';

export type ClaimUnpausedParams = [
  ...ClaimAheadParams,
  /** The text of an array. */
  pausedTypes: string,
  /** How many due jobs of a lane are looked at. */
  steps: number,
];

/**
 * The limit of `near` bounds how many paused jobs are stepped over. With a lock there, all of them would be locked, so the
 * chosen ones are locked by their ids. `status || ''` keeps plans without statistics from using the index of all pending jobs.
 */
const FOUND_UNPAUSED = `
    select found.id
    from ${AHEAD_LANES}
    cross join lateral (
      select locked.id
      from (
        select id, type
        from {jobs}
        where shard = $1
          and queue = lane.queue
          and status = 'pending'
          and priority = lane.priority
          and scheduled_at <= now()${AHEAD.replaceAll('\n', '\n  ')}
        order by scheduled_at, id
        limit $11
      ) as near
      cross join lateral (
        select id
        from {jobs}
        where shard = $1 and id = near.id and status || '' = 'pending' and scheduled_at <= now()
        limit 1
        for update skip locked
      ) as locked
      where near.type <> all ($10::text[])
      limit lane.most
    ) as found
    limit $2`;

/**
 * As `claimJobsAhead`, without the jobs of paused types. It looks at a limited number of due jobs in each lane, so a
 * million paused ones cost no more than a few (docs/decisions/0035-paused-types.md).
 */
export const claimJobsUnpaused = claimStatement<ClaimUnpausedParams>('claim_jobs_unpaused', FOUND_UNPAUSED);
