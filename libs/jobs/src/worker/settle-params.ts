import type { WrittenOutcome } from '../job/job-outcome.js';
import type { JobStatus } from '../job/job-status.js';
import type { SettleJobsParams } from '../store/sql/settle-jobs.sql.js';
import type { RunningJob } from './running-job.js';

export interface SettleEntry {
  running: RunningJob;
  outcome: WrittenOutcome;
}

/** One array per column, for outcomes of one shard. */
export function settleParams(shard: number, workerId: string, batch: readonly SettleEntry[]): SettleJobsParams {
  const outcomes = batch.map(({ outcome }) => outcome);
  return [
    shard,
    workerId,
    batch.map(({ running }) => running.id),
    batch.map(({ running }) => running.row.run),
    outcomes.map(statusOf),
    outcomes.map((outcome) => ('delayMs' in outcome ? outcome.delayMs : 0)),
    outcomes.map(({ kind }) => kind === 'snoozed' || kind === 'handed_back'),
    outcomes.map((outcome) => ('error' in outcome ? (outcome.error ?? null) : null)),
    outcomes.map(({ kind }) => kind === 'retried' || kind === 'failed'),
    outcomes.map((outcome) => (outcome.kind === 'completed' ? outcome.resultJson : null)),
  ];
}

/** The status that an outcome leaves behind. */
export function statusOf({ kind }: WrittenOutcome): JobStatus {
  switch (kind) {
    case 'completed':
    case 'failed':
    case 'cancelled':
      return kind;
    case 'retried':
    case 'snoozed':
    case 'handed_back':
      return 'pending';
    default:
      return kind satisfies never;
  }
}
