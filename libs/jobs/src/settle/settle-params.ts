import type { WrittenOutcome } from '../job/job-outcome.js';
import type { JobStatus } from '../job/job-status.js';
import type { SettleJobsParams } from '../store/sql/settle/settle-jobs.sql.js';
import type { RunningJob } from '../slots/running-job.js';

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
    arrayOf(
      outcomes.map((outcome) => ('error' in outcome ? (outcome.error ?? null) : null)),
      quoted,
    ),
    outcomes.map(({ kind }) => kind === 'retried' || kind === 'failed'),
    arrayOf(
      outcomes.map((outcome) => (outcome.kind === 'completed' ? outcome.resultJson : null)),
      quotedJson,
    ),
  ];
}

/** An array literal. The driver would take seconds for megabytes of text (docs/decisions/0018-bytes.md). */
function arrayOf(texts: readonly (string | null)[], quote: (text: string) => string): string {
  return `{${texts.map((text) => (text === null ? 'NULL' : quote(text))).join()}}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * JSON has no control characters, so a second `stringify` escapes what an array literal needs: quotes and backslashes.
 */
const quotedJson = (json: string): string => JSON.stringify(json);

/** The status of a job after this outcome. */
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
