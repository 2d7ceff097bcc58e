import { JOB_OUTCOME_KINDS, type JobOutcomeKind, type WaitsFor } from './job-outcome.js';

/** Local events: emitted in the process that ran the job, after the outcome is committed. */
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
  /** From the job's due time to its handler's start, in milliseconds. */
  readonly waitMs: number;
  /** Run time of the handler in milliseconds; 0 for `started`. */
  readonly durationMs: number;
  /**
   * The error in one line, for `retried`, `failed` and `cancelled`: name, message, causes and parts, without the stack. For
   * `completed`: what went wrong although the work is done, such as a result that could not be stored.
   */
  readonly error?: string;
  /** Until the next attempt in milliseconds, for `retried`, `snoozed` and `handed_back`. */
  readonly delayMs?: number;
  /** What is down that the job waits for, for `snoozed` by a `DependencyDownError`. */
  readonly waitsFor?: WaitsFor;
  /** True if the worker that ran the job died and this one took the job back, for `lost`, `failed` and `cancelled`. */
  readonly rescued?: true;
}
