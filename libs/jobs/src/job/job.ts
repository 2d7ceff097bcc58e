import type { JobDefinition, PayloadOutput } from './job-definition.js';
import type { JobStatus } from './job-status.js';

/** A claimed job, as its processor gets it. */
export interface Job<D extends JobDefinition = JobDefinition> {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  /** Validated: the output of the definition's schema. */
  readonly payload: PayloadOutput<D>;
  /** 1 for the first attempt. A run that ended in a crash counts, a snooze or a hand-back does not. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly priority: number;
  readonly timeoutMs: number;
  readonly scheduledAt: Date;
  readonly createdAt: Date;
  readonly tags: readonly string[];
}

/** A job as `JobService.get` and the admin API return it. */
export interface JobView {
  id: string;
  type: string;
  queue: string;
  status: JobStatus;
  payload: unknown;
  priority: number;
  attempts: number;
  maxAttempts: number;
  timeoutMs: number | null;
  uniqueKey: string | null;
  /** The last percentage of `context.progress()`. */
  progress: number | null;
  /** Its note. */
  progressNote: string | null;
  result: unknown;
  /**
   * Text of the last failed attempt. For a completed job: why its result could not be stored, or what the handler threw
   * after its own transaction had committed.
   */
  error: string | null;
  tags: string[];
  scheduledAt: Date;
  startedAt: Date | null;
  completedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** The failed attempts, oldest first; at most the last ten. */
  failures: JobFailureView[];
}

export interface JobFailureView {
  attempt: number;
  error: string;
  failedAt: Date;
}
