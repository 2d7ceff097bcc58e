import { MAX_ATTEMPTS_LIMIT, MAX_TIMEOUT_MS, type JobDefinition } from '../job/job-definition.js';
import { newJobAddress, bucketFor, type JobAddress } from '../job/job-id.js';
import { InvalidJobOptionError } from '../job/job.errors.js';
import { MAX_DELAY_MS, requireNearDate } from '../job/new-time.js';
import { requireKnownOptions } from '../job/validate/known-options.js';
import {
  requireEach,
  requireInteger,
  requireKey,
  requireName,
  type OptionCheck,
} from '../job/validate/option-checks.js';
import { encodePayload } from '../job/validate/payload.js';
import { requireRetryOptions, resolveRetryPolicy } from '../job/retry-policy.js';
import type { NewJob } from '../store/sql/enqueue/insert-params.js';
import { JOB_OPTIONS, type JobOptions } from './enqueue-options.js';
import type { Clock } from '../support/time/clock.js';

/** A checked job, ready to be written. */
export interface PreparedJob extends NewJob {
  /** The definition, if every option is its default. Such jobs fit the fast insert. Null otherwise. */
  defaultsOf: JobDefinition | null;
}

export interface PrepareLimits {
  shards: number;
  maxPayloadBytes: number;
  clock: Clock;
}

const MAX_TAGS = 10;

/**
 * Validates the payload and the options. Returns a promise only if the payload's schema is asynchronous.
 * Throws, or rejects with, `InvalidPayloadError` or `InvalidJobOptionError`.
 */
export function prepareJob(
  definition: JobDefinition,
  payload: unknown,
  options: JobOptions,
  limits: PrepareLimits,
): PreparedJob | Promise<PreparedJob> {
  const checked = checkOptions(definition, options, limits.clock);
  const text = encodePayload(definition, payload, limits.maxPayloadBytes);
  if (text instanceof Promise) return text.then((encoded) => addressed(definition, encoded, checked, limits));
  return addressed(definition, text, checked, limits);
}

function addressed(
  { type }: JobDefinition,
  payload: string,
  checked: CheckedOptions,
  { shards, clock }: PrepareLimits,
): PreparedJob {
  return new AddressedJob(newJobAddress(bucketFor(checked), shards, clock.epochMs()), type, payload, checked);
}

/** A class, not an object literal, so that V8 makes it in the young generation (docs/measurements/cpu.md). */
class AddressedJob implements PreparedJob {
  declare shard: number;
  declare id: string;
  declare type: string;
  declare payload: string;
  declare defaultsOf: JobDefinition | null;
  declare queue: string;
  declare priority: number;
  declare maxAttempts: number;
  declare timeoutMs: number;
  declare retry: string | null;
  declare scheduledAt: Date | null;
  declare delayMs: number;
  declare uniqueKey: string | null;
  declare tags: string[];

  constructor({ id, shard }: JobAddress, type: string, payload: string, checked: CheckedOptions) {
    this.shard = shard;
    this.id = id;
    this.type = type;
    this.payload = payload;
    this.defaultsOf = checked.defaultsOf;
    this.queue = checked.queue;
    this.priority = checked.priority;
    this.maxAttempts = checked.maxAttempts;
    this.timeoutMs = checked.timeoutMs;
    this.retry = checked.retry;
    this.scheduledAt = checked.scheduledAt;
    this.delayMs = checked.delayMs;
    this.uniqueKey = checked.uniqueKey;
    this.tags = checked.tags;
  }
}

type CheckedOptions = Omit<PreparedJob, 'shard' | 'id' | 'type' | 'payload'>;

const NO_OPTIONS = { delayMs: 0, tags: [], retry: null, scheduledAt: null, uniqueKey: null };

function checkOptions(definition: JobDefinition, options: JobOptions, clock: Clock): CheckedOptions {
  if (Object.keys(options).length > 0) return checkOwnOptions(definition, options, clock);
  const { queue, priority, maxAttempts, timeoutMs } = definition;
  return { defaultsOf: definition, queue, priority, maxAttempts, timeoutMs, ...NO_OPTIONS };
}

interface CheckedAgainst {
  definition: JobDefinition;
  clock: Clock;
}

/** A constant, so that enqueuing a job creates no closures. */
const OPTION_CHECKS: readonly OptionCheck<JobOptions, CheckedOptions, CheckedAgainst>[] = [
  (options) => requireKnownOptions('', options, JOB_OPTIONS),
  ({ retry }, _, { definition }) => requireRetryOptions(retry, definition.retry),
  (_, { queue }) => requireName('queue', queue),
  (_, { priority }) => requireInteger('priority', priority, 0, 9),
  (_, { maxAttempts }) => requireInteger('maxAttempts', maxAttempts, 1, MAX_ATTEMPTS_LIMIT),
  (_, { timeoutMs }) => requireInteger('timeoutMs', timeoutMs, 1, MAX_TIMEOUT_MS),
  ({ uniqueKey }) => uniqueKey !== undefined && requireKey('uniqueKey', uniqueKey),
  ({ scheduledAt }, { delayMs }, { clock }) => requireDelay(delayMs, scheduledAt, clock),
  (_, { tags }) => requireTags(tags),
];

function checkOwnOptions(definition: JobDefinition, options: JobOptions, clock: Clock): CheckedOptions {
  const { queue = definition.queue, priority = definition.priority, delayMs = 0, tags = [] } = options;
  const { maxAttempts = definition.maxAttempts, timeoutMs = definition.timeoutMs } = options;
  const { scheduledAt = null, uniqueKey = null } = options;
  const checked: CheckedOptions = {
    defaultsOf: null,
    queue,
    priority,
    delayMs,
    tags,
    maxAttempts,
    timeoutMs,
    retry: null,
    scheduledAt,
    uniqueKey,
  };
  requireEach(OPTION_CHECKS, options, checked, { definition, clock });
  if (options.retry) checked.retry = JSON.stringify(resolveRetryPolicy(options.retry, definition.retry));
  return checked;
}

function requireDelay(delayMs: number, scheduledAt: Date | undefined, clock: Clock): void {
  if (!(Number.isFinite(delayMs) && delayMs >= 0 && delayMs <= MAX_DELAY_MS))
    throw new InvalidJobOptionError('delayMs', `is ${delayMs}; must be from 0 to ${MAX_DELAY_MS} (ten years)`);
  if (scheduledAt === undefined) return;
  requireNearDate('scheduledAt', scheduledAt, clock.epochMs());
  if (delayMs > 0) throw new InvalidJobOptionError('delayMs', 'cannot be combined with scheduledAt: give one of them');
}

function requireTags(tags: string[]): void {
  if (!Array.isArray(tags) || tags.length > MAX_TAGS)
    throw new InvalidJobOptionError('tags', `must be an array of at most ${MAX_TAGS} names`);
  tags.forEach((tag, index) => requireName(`tags[${index}]`, tag));
}
