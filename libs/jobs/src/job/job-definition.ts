import type { StandardSchemaV1 } from '@standard-schema/spec';
import { optionNames, requireKnownOptions, requireOptions } from './validate/known-options.js';
import { requireAll, requireInteger, requireName } from './validate/option-checks.js';
import { requireRetryOptions, resolveRetryPolicy, type RetryPolicy } from './retry-policy.js';

export const DEFAULT_QUEUE = 'default';
export const DEFAULT_MAX_ATTEMPTS = 5;
export const DEFAULT_TIMEOUT_MS = 300_000;
export const DEFAULT_PRIORITY = 5;
/** The longest delay of a Node timer, in milliseconds: about 24.8 days. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;
export const MAX_ATTEMPTS_LIMIT = 1_000;

export interface JobDefinitionOptions<
  TSchema extends StandardSchemaV1,
  TResult extends StandardSchemaV1 = StandardSchemaV1,
> {
  /** Unique name, at most 50 characters of `a-z A-Z 0-9 _ . : -`. Stored with every job: never rename it. */
  type: string;
  /** Any Standard Schema (zod, valibot, arktype ...). Validates payloads when they are enqueued and before each run. */
  payload: TSchema;
  /**
   * Schema of what the processor returns, as JSON keeps it. Types the result of `enqueueAndWait`, which checks the stored
   * result with it. Default: none; the result is `unknown`.
   */
  result?: TResult;
  /** The queue of the jobs. Default `default`. */
  queue?: string;
  /** Attempts before the job fails for good, 1 to 1,000. Default 5. */
  maxAttempts?: number;
  /**
   * Limit of one attempt, in milliseconds. A longer attempt is aborted and counts as failed. At least 1, at most
   * 2,147,483,647 (24.8 days). Default 300,000 (5 minutes).
   */
  timeoutMs?: number;
  /** From 0, which starts first, to 9. Default 5. */
  priority?: number;
  /**
   * Backoff between attempts. Default: exponential, after 1, 2, 4, 8 and at most 16 seconds, ±10 %. `defineJob` says
   * how to choose it together with `maxAttempts`.
   */
  retry?: Partial<RetryPolicy>;
}

const DEFINITION_OPTIONS = optionNames<JobDefinitionOptions<StandardSchemaV1>>({
  type: true,
  payload: true,
  result: true,
  queue: true,
  maxAttempts: true,
  timeoutMs: true,
  priority: true,
  retry: true,
});

/** One job type: its name, the schema of its payload, and the defaults of its jobs. Made by `defineJob`. */
export interface JobDefinition<
  TSchema extends StandardSchemaV1 = StandardSchemaV1,
  TResult extends StandardSchemaV1 = StandardSchemaV1,
> {
  readonly type: string;
  readonly payload: TSchema;
  readonly result?: TResult;
  readonly queue: string;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly priority: number;
  readonly retry: RetryPolicy;
}

/** What `enqueue` takes for this definition. */
export type PayloadInput<D extends JobDefinition> = StandardSchemaV1.InferInput<D['payload']>;
/** What the processor gets: the schema's output, with its defaults and transforms. */
export type PayloadOutput<D extends JobDefinition> = StandardSchemaV1.InferOutput<D['payload']>;
/** What the processor returns: `unknown` for a definition without a result schema. */
export type ResultInput<D extends JobDefinition> = StandardSchemaV1.InferInput<NonNullable<D['result']>>;
/** What `enqueueAndWait` gets: the output of the result schema. */
export type ResultOutput<D extends JobDefinition> = StandardSchemaV1.InferOutput<NonNullable<D['result']>>;

/**
 * Declares a job type. Code that enqueues imports the definition and never the processor.
 *
 * **Choosing `retry` and `maxAttempts`.** The delays between the attempts add up to a window: 15 seconds by default. A
 * job whose attempts all fall into one outage fails. So make the window longer than the outages of what the job depends
 * on:
 * - Only the jobs' own database: keep the default. The worker itself waits for that database.
 * - Another service: `{ initialDelayMs: 60_000, maxDelayMs: 1_800_000 }` with 20 attempts tries for about seven hours.
 *   That fits greylisting, deployments and most incidents. `DependencyHealth` keeps outages from using attempts.
 * - Work that makes sense only until some time: put that time into the payload. Once it has passed, return a result
 *   that says so. That is no failure.
 *
 * Throws `InvalidJobOptionError` if an option is unknown, or if a name or a number is out of range.
 */
export function defineJob<TSchema extends StandardSchemaV1, TResult extends StandardSchemaV1 = StandardSchemaV1>(
  options: JobDefinitionOptions<TSchema, TResult>,
): JobDefinition<TSchema, TResult> {
  requireOptions('', options);
  const { type, payload, queue = DEFAULT_QUEUE, maxAttempts = DEFAULT_MAX_ATTEMPTS } = options;
  const { timeoutMs = DEFAULT_TIMEOUT_MS, priority = DEFAULT_PRIORITY } = options;
  requireAll(
    () => requireKnownOptions('', options, DEFINITION_OPTIONS),
    () => requireName('type', type),
    () => requireName('queue', queue),
    () => requireInteger('maxAttempts', maxAttempts, 1, MAX_ATTEMPTS_LIMIT),
    () => requireInteger('timeoutMs', timeoutMs, 1, MAX_TIMEOUT_MS),
    () => requireInteger('priority', priority, 0, 9),
    () => requireRetryOptions(options.retry),
  );
  return Object.freeze({
    type,
    payload,
    queue,
    maxAttempts,
    timeoutMs,
    priority,
    retry: resolveRetryPolicy(options.retry),
    ...(options.result && { result: options.result }),
  });
}
