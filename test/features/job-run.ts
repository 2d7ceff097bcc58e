import type { Job, JobContext, JobDefinition, PayloadOutput } from '@monstera/jobs';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';

export interface JobRunOptions {
  /** The same id is the same job, run again. Default a new one. */
  id?: string;
  attempt?: number;
  signal?: AbortSignal;
  onProgress?: (percent: number) => void;
}

/** What a worker hands to a processor, for tests that decide themselves when and how often it runs. */
export function jobRun<D extends JobDefinition>(definition: D, payload: PayloadOutput<D>, options: JobRunOptions = {}) {
  const { id = randomUUID(), attempt = 1, onProgress = () => undefined } = options;
  const { signal = new AbortController().signal } = options;
  const { type, queue, maxAttempts, timeoutMs, priority } = definition;
  const times = { scheduledAt: new Date(), createdAt: new Date() };
  const job: Job<D> = { id, type, queue, payload, attempt, maxAttempts, timeoutMs, priority, tags: [], ...times };
  const context: JobContext = {
    attempt,
    signal,
    logger: new Logger(),
    idempotencyKey: id,
    progress: (progress) => onProgress(typeof progress === 'number' ? progress : progress.percent),
    log: () => undefined,
    transaction: () => Promise.reject(new Error('A job that no worker claimed cannot be completed in a transaction')),
  };
  return [job, context] as const;
}
