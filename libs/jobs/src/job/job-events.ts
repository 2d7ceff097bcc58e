import { JOB_OUTCOME_KINDS, type JobOutcomeKind, type WaitsFor } from './job-outcome.js';

/** Local events: the process that ran the job emits them after the outcome is committed. */
export type JobEventName = 'started' | JobOutcomeKind;

export const JOB_EVENT_NAMES: readonly JobEventName[] = ['started', ...JOB_OUTCOME_KINDS];

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
   * errors. For `completed`: what went wrong although the work is done, such as a result that could not be stored.
   */
  readonly error?: string;
  /** Time until the next attempt, in milliseconds, for `retried`, `snoozed` and `handed_back`. */
  readonly delayMs?: number;
  /** What the job waits for, if a `DependencyDownError` snoozed it. */
  readonly waitsFor?: WaitsFor;
  /** True if this process rescued the job from a dead worker, for `lost`, `failed` and `cancelled`. */
  readonly rescued?: true;
}
