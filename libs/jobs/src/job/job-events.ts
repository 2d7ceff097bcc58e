import { JOB_OUTCOME_KINDS, type JobOutcomeKind, type WaitsFor } from './outcome/job-outcome.js';

/**
 * Local events: the process that ran the job emits them after the outcome is committed.
 * - `rescued`: this process took the job back from a dead worker, and it will run again. A rescued job without attempts
 *   left is `failed`, and one with a cancel request is `cancelled`.
 * - `lost`: the outcome of a run of this process was not written. The job belongs to another worker, or the database
 *   refused the outcome.
 */
export type JobEventName = 'started' | 'rescued' | JobOutcomeKind;

export const JOB_EVENT_NAMES: readonly JobEventName[] = ['started', 'rescued', ...JOB_OUTCOME_KINDS];

export interface JobEvent {
  readonly name: JobEventName;
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  readonly payload: unknown;
  readonly attempt: number;
  readonly maxAttempts: number;
  /** From the job's due time to the start of its handler, in milliseconds. */
  readonly waitMs: number;
  /** Run time of the handler, in milliseconds; 0 for `started`. */
  readonly durationMs: number;
  /**
   * The error in one line without the stack, for `retried`, `failed` and `cancelled`: name, message, causes and inner
   * errors. For `completed`: what went wrong although the work is done, such as a result that could not be stored. For
   * `rescued`: which worker died. For `lost`: why the database refused the outcome, if it did.
   */
  readonly error?: string;
  /** Time until the next attempt, in milliseconds, for `retried`, `snoozed` and `handed_back`. */
  readonly delayMs?: number;
  /** What the job waits for, if a `DependencyDownError` snoozed it. */
  readonly waitsFor?: WaitsFor;
  /** True if this process took the job back from a dead worker, for `rescued`, `failed` and `cancelled`. */
  readonly rescued?: true;
}

/**
 * Whether an end says how long the handler takes. An interrupted run does not. A duration of 0 is a run whose handler never
 * started, or whose worker died. Whoever writes the end of a `lost` run has its time.
 */
export function isTimed({ name, durationMs }: JobEvent): boolean {
  return name !== 'started' && name !== 'handed_back' && name !== 'lost' && durationMs > 0;
}
