import type { WrittenOutcome } from '../../../job/outcome/job-outcome.js';
import {
  delayAfterMs,
  givesAttemptBack,
  isFailedAttempt,
  statusAfter,
  storedError,
  storedResult,
} from '../../../job/outcome/outcome-effects.js';
import type { SettleJobsParams } from './settle-jobs.sql.js';

/** How a run of a job ended. */
export interface RunOutcome {
  readonly id: string;
  readonly run: number;
  readonly outcome: WrittenOutcome;
}

/** The outcomes of one worker's runs in one shard. */
export interface RunOutcomes {
  shard: number;
  workerId: string;
  outcomes: readonly RunOutcome[];
}

/** One array per column. */
export function settleParams({ shard, workerId, outcomes: runs }: RunOutcomes): SettleJobsParams {
  const outcomes = runs.map(({ outcome }) => outcome);
  return [
    shard,
    workerId,
    runs.map(({ id }) => id),
    runs.map(({ run }) => run),
    outcomes.map(statusAfter),
    outcomes.map(delayAfterMs),
    outcomes.map(givesAttemptBack),
    arrayOf(outcomes.map(storedError), quoted),
    outcomes.map(isFailedAttempt),
    arrayOf(outcomes.map(storedResult), quotedJson),
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
