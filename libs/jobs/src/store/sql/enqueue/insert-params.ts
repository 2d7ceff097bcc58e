import type { InsertJobsParams } from './insert-jobs.sql.js';
import type { InsertPlainParams } from './insert-plain.sql.js';

/** A job that does not exist yet, with valid values. */
export interface NewJob {
  shard: number;
  id: string;
  type: string;
  /** JSON. */
  payload: string;
  queue: string;
  priority: number;
  maxAttempts: number;
  timeoutMs: number;
  /** JSON of the job's own policy. Null: the definition's policy at the time of the run applies. */
  retry: string | null;
  scheduledAt: Date | null;
  delayMs: number;
  uniqueKey: string | null;
  tags: string[];
}

/** One array per column, for jobs of one shard. */
export function insertJobsParams(jobs: readonly NewJob[]): InsertJobsParams {
  return [
    jobs[0]!.shard,
    jobs.map((job) => job.id),
    jobs.map((job) => job.type),
    jobs.map((job) => job.payload),
    jobs.map((job) => job.queue),
    jobs.map((job) => job.priority),
    jobs.map((job) => job.maxAttempts),
    jobs.map((job) => job.timeoutMs),
    jobs.map((job) => job.retry),
    jobs.map((job) => job.scheduledAt),
    jobs.map((job) => job.delayMs),
    jobs.map((job) => job.uniqueKey),
    jobs.map((job) => namesText(job.tags)),
  ];
}

/** For jobs that differ only in their ids and payloads: the first one stands for all in everything else. */
export function insertPlainParams(jobs: readonly NewJob[]): InsertPlainParams {
  const { shard, type, queue, priority, maxAttempts, timeoutMs } = jobs[0]!;
  const ids = `{${jobs.map((job) => job.id).join(',')}}`;
  const payloads = `[${jobs.map((job) => job.payload).join(',')}]`;
  return [shard, type, queue, priority, maxAttempts, timeoutMs, ids, payloads];
}

/** Needs no escaping: a valid name has no character that has a meaning in an array literal. */
function namesText(names: string[]): string {
  return `{${names.join(',')}}`;
}
