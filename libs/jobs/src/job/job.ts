import type { JobDefinition, PayloadOutput } from './job-definition.js';
import type { JobStatus } from './job-status.js';

/** A claimed job as its processor sees it. */
export interface Job<D extends JobDefinition = JobDefinition> {
  readonly id: string;
  readonly type: string;
  readonly queue: string;
  /** Validated: the output of the definition's schema. */
  readonly payload: PayloadOutput<D>;
  /** 1 at the first start. A crash of the worker counts, a snooze or a hand-back does not. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly priority: number;
  readonly timeoutMs: number;
  readonly scheduledAt: Date;
  readonly createdAt: Date;
  readonly tags: readonly string[];
}

/** A job's row as `JobService.get` and the admin API show it. */
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
  progress: number | null;
  result: unknown;
  /**
   * Message of the last failed attempt. Of a completed job also what went wrong although its work is done: a result that
   * could not be stored, or an error that its handler threw after its own transaction had committed.
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
