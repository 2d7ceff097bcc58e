import { MAX_ATTEMPTS_LIMIT, MAX_TIMEOUT_MS, type JobDefinition } from '../job/job-definition.js';
import { newJobAddress, slotFor } from '../job/job-id.js';
import { InvalidJobOptionError } from '../job/job.errors.js';
import { requireInteger, requireKey, requireName } from '../job/option-checks.js';
import { encodePayload } from '../job/payload.js';
import { resolveRetryPolicy } from '../job/retry-policy.js';
import type { InsertJobsParams } from '../store/sql/insert-jobs.sql.js';
import type { JobOptions } from './enqueue-options.js';

/** A checked job, ready to be written. */
export interface PreparedJob {
  shard: number;
  id: string;
  type: string;
  payload: string;
  queue: string;
  priority: number;
  maxAttempts: number;
  timeoutMs: number;
  retry: string;
  scheduledAt: Date | null;
  delayMs: number;
  uniqueKey: string | null;
  tags: string[];
}

export interface PrepareLimits {
  shards: number;
  maxPayloadBytes: number;
}

const MAX_DELAY_MS = 10 * 366 * 86_400_000;
const MAX_TAGS = 10;

/** Throws `InvalidPayloadError` or `InvalidJobOptionError`; nothing has been written then. */
export async function prepareJob(
  definition: JobDefinition,
  payload: unknown,
  options: JobOptions,
  limits: PrepareLimits,
): Promise<PreparedJob> {
  const checked = checkOptions(definition, options);
  const text = await encodePayload(definition, payload, limits.maxPayloadBytes);
  const address = newJobAddress(slotFor(checked), limits.shards);
  return { ...address, type: definition.type, payload: text, ...checked };
}

/** One array per column, for jobs of one shard. */
export function toInsertParams(shard: number, jobs: readonly PreparedJob[]): InsertJobsParams {
  return [
    shard,
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
    jobs.map((job) => arrayLiteral(job.tags)),
  ];
}

function checkOptions(definition: JobDefinition, options: JobOptions) {
  const { queue = definition.queue, priority = definition.priority, delayMs = 0, tags = [] } = options;
  const { maxAttempts = definition.maxAttempts, timeoutMs = definition.timeoutMs } = options;
  requireName('queue', queue);
  requireInteger('priority', priority, 0, 9);
  requireInteger('maxAttempts', maxAttempts, 1, MAX_ATTEMPTS_LIMIT);
  requireInteger('timeoutMs', timeoutMs, 1, MAX_TIMEOUT_MS);
  if (options.uniqueKey !== undefined) requireKey('uniqueKey', options.uniqueKey);
  requireDelay(delayMs, options.scheduledAt);
  requireTags(tags);
  const retry = JSON.stringify(options.retry ? resolveRetryPolicy(options.retry, definition.retry) : definition.retry);
  const { scheduledAt = null, uniqueKey = null } = options;
  return { queue, priority, delayMs, tags, maxAttempts, timeoutMs, retry, scheduledAt, uniqueKey };
}

function requireDelay(delayMs: number, scheduledAt: Date | undefined): void {
  if (!(Number.isFinite(delayMs) && delayMs >= 0 && delayMs <= MAX_DELAY_MS))
    throw new InvalidJobOptionError('delayMs', `is ${delayMs}; must be from 0 to ${MAX_DELAY_MS} (ten years)`);
  if (scheduledAt === undefined) return;
  if (!(scheduledAt instanceof Date) || Number.isNaN(scheduledAt.getTime()))
    throw new InvalidJobOptionError('scheduledAt', 'is not a valid Date');
  if (Math.abs(scheduledAt.getTime() - Date.now()) > MAX_DELAY_MS)
    throw new InvalidJobOptionError('scheduledAt', `${scheduledAt.toISOString()} is more than ten years away`);
  if (delayMs > 0) throw new InvalidJobOptionError('delayMs', 'cannot be combined with scheduledAt: give one of them');
}

function requireTags(tags: string[]): void {
  if (!Array.isArray(tags) || tags.length > MAX_TAGS)
    throw new InvalidJobOptionError('tags', `must be an array of at most ${MAX_TAGS} names`);
  tags.forEach((tag, index) => requireName(`tags[${index}]`, tag));
}

/** Names need no escaping: `requireName` has seen to that. */
function arrayLiteral(tags: string[]): string {
  return `{${tags.join(',')}}`;
}
