import { statement } from '../statement.js';
import {
  castText,
  claimOf,
  DUE,
  isoText,
  toClaimedRow,
  type ClaimedRow,
  type ClaimedValues,
  type ClaimJobsParams,
} from './claim-jobs.sql.js';
import { LOCK_PATIENCE } from './lock-patience.sql.js';
import { completedUpdate } from './settle-completed.sql.js';

export type SettleAndClaimParams = [...ClaimJobsParams, settledIds: string[], settledRun: number];

export interface SettledAndClaimed {
  /** Null in the only row if nothing was claimed. */
  claimed: ClaimedRow | null;
  /** How many of the ids were settled; the same in each row. */
  written: number;
}

function textWith(textOf: (time: string) => string, patience: string): string {
  return `${DUE},
  settled as (${completedUpdate({ ids: '$8', run: '$9', workerId: '$3', patience })}),
  claimed as (${claimOf(textOf)})
  select claimed.*, (select count(*)::int from settled) as written
  from (select) as always left join claimed on true`;
}

/**
 * `settleCompleted` and `claimJobs` in one commit, for a worker that has a few outcomes to write at the moment at which it
 * claims: under a steady trickle of jobs that saves every other round trip and flush.
 */
export const settleAndClaim = statement<SettleAndClaimParams, SettledAndClaimed>(
  'settle_and_claim',
  textWith(castText, ''),
  { pooledText: textWith(isoText, LOCK_PATIENCE), decode },
);

function decode(values: readonly unknown[]): SettledAndClaimed {
  return {
    claimed: values[0] === null ? null : toClaimedRow(values as ClaimedValues),
    written: values.at(-1) as number,
  };
}
