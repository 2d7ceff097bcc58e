import type { StandardSchemaV1 } from '@standard-schema/spec';
import { optionNames, requireKnownOptions, requireOptions } from './validate/known-options.js';
import { requireAll, requireInteger, requireName } from './validate/option-checks.js';
import { requireRetryOptions, resolveRetryPolicy, type RetryPolicy } from './retry-policy.js';

export const DEFAULT_QUEUE = 'default';
export const DEFAULT_MAX_ATTEMPTS = 5;
export const DEFAULT_TIMEOUT_MS = 300_000;
export const DEFAULT_PRIORITY = 5;
/** What a Node timer can hold: about 24.8 days. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;
export const MAX_ATTEMPTS_LIMIT = 1_000;

export interface JobDefinitionOptions<TSchema extends StandardSchemaV1> {
  /** Unique name of the job type, at most 50 characters of `a-z A-Z 0-9 _ . : -`. Stored with every job: do not rename. */
  type: string;
  /** Any Standard Schema (zod, valibot, arktype ...). Checked when a job is enqueued and again before it runs. */
  payload: TSchema;
  /** Queue that the jobs go to. Default `default`. */
  queue?: string;
  /** Starts before the job is given up, 1 to 1,000. Default 5. */
  maxAttempts?: number;
  /** An attempt that takes longer is aborted and counts as failed, in milliseconds. Default 300,000 (5 minutes). */
  timeoutMs?: number;
  /** 0 runs first, 9 last. Default 5. */
  priority?: number;
  /**
   * Waiting time between attempts. Default exponential: 1, 2, 4, 8, 16 s, ±10 %. With `maxAttempts` it makes the window in
   * which a job is tried: see `defineJob`.
   */
  retry?: Partial<RetryPolicy>;
}

const DEFINITION_OPTIONS = optionNames<JobDefinitionOptions<StandardSchemaV1>>({
  type: true,
  payload: true,
  queue: true,
  maxAttempts: true,
  timeoutMs: true,
  priority: true,
  retry: true,
});

/** One job type: the single source of its name, its payload's schema and its defaults. Made by `defineJob`. */
export interface JobDefinition<TSchema extends StandardSchemaV1 = StandardSchemaV1> {
  readonly type: string;
  readonly payload: TSchema;
  readonly queue: string;
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly priority: number;
  readonly retry: RetryPolicy;
}

/** What `enqueue` takes for this definition. */
export type PayloadInput<D extends JobDefinition> = StandardSchemaV1.InferInput<D['payload']>;
/** What the processor gets: the schema's output, defaults and transforms applied. */
export type PayloadOutput<D extends JobDefinition> = StandardSchemaV1.InferOutput<D['payload']>;

/**
 * Declares a job type. Features that enqueue import the definition and never the processor.
 *
 * How to choose `retry` and `maxAttempts`: their delays add up to a window, 15 seconds by default, and a job whose attempts
 * all fall into one outage is lost. So make the window longer than the outages of what the job talks to:
 * - It touches only the jobs' own database: the default. The queue itself waits for the database.
 * - It talks to another service: `{ initialDelayMs: 60_000, maxDelayMs: 1_800_000 }` with 20 attempts tries for about seven
 *   hours, which fits greylisting, deployments and most incidents. Have `DependencyHealth` tell outages apart from
 *   failures of the job, so that they use no attempt up.
 * - Its work makes sense until some time only: put that time into the payload. When it has passed, return a result that
 *   says so, which is no failure.
 *
 * Throws `InvalidJobOptionError` if an option is unknown, or a name or a number out of range.
 */
export function defineJob<TSchema extends StandardSchemaV1>(
  options: JobDefinitionOptions<TSchema>,
): JobDefinition<TSchema> {
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
  });
}
