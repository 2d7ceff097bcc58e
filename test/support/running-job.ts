import { RunningJob } from '../../libs/jobs/src/slots/running-job.js';
import type { ClaimedRow } from '../../libs/jobs/src/store/sql/claim/claim-jobs.sql.js';
import { systemClock, type Clock } from '../../libs/jobs/src/support/time/clock.js';
import { claimedRow } from './claimed-row.js';

/** A job of the first shard, as the worker that has claimed it holds it. It has not started. */
export function runningJob(row: Partial<ClaimedRow> = {}, clock: Clock = systemClock): RunningJob {
  return new RunningJob(0, claimedRow(row), clock);
}
