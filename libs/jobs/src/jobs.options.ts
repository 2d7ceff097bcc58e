import type { DataSource, EntityManager } from 'typeorm';
import type { JobDefinition } from './job/job-definition.js';
import { JobsConfigurationError, type JobsErrorIssue } from './job/job.errors.js';
import { applicationVersion, MAX_VERSION_LENGTH, UNKNOWN_VERSION } from './support/application-version.js';
import type { MetricsRegistry } from './support/metrics-registry.js';
import { optionNames } from './job/validate/known-options.js';
import { isTimeZone, shownAt } from './job/validate/option-checks.js';
import { DEFAULT_MAX_PAYLOAD_BYTES } from './job/validate/payload.js';
import { DEFAULT_MAX_RESULT_BYTES } from './job/validate/result.js';
import { queueIssues, type QueueOption } from './job/validate/queue-option.js';
import { schemaNameIssue } from './job/validate/schema-name.js';
import {
  DAY_MS,
  LEASE_DEFAULTS,
  OPTION_GROUPS,
  RETENTION_DEFAULTS,
  type LeaseOptions,
  type OptionGroup,
  type RetentionOptions,
  type ScheduleOptions,
} from './jobs.option-groups.js';

export type { LeaseOptions, RetentionOptions, ScheduleOptions } from './jobs.option-groups.js';

/** The options of `JobsModule.forRoot()`. */
export interface JobsModuleOptions {
  /** `producer` only enqueues; `worker` and `all` also run jobs, `worker` in a process of its own. Default `all`. */
  role?: JobsRole;
  /** Slots: how many jobs run at once in this process, 1 to 1,000. Raise it for jobs that wait on I/O. Default 10. */
  concurrency?: number;
  /**
   * Queues to claim from, by name or with a weight. A queue of weight 3 starts three jobs for each job of the same
   * priority in a queue of weight 1. Default: `default` and the queues of the processors here, each with weight 1.
   */
  queues?: QueueOption[];
  /** Schema of the tables, made by `jobsMigrations`. Default: that of the DataSource, else the search path decides. */
  schema?: string;
  /** Shards of the `jobs` table, a power of two up to 1,024. Only for distributed databases. Default 1. */
  shards?: number;
  /** True behind PgBouncer in transaction mode: no named statements, and LISTEN needs `directUrl`. Default false. */
  pooled?: boolean;
  /** URL of a connection past the pooler, for LISTEN and the lease. Default: none. */
  directUrl?: string;
  /** The longest time that an idle worker does not look for jobs, in milliseconds, 10 to 3,600,000. Default 5,000. */
  pollIntervalMs?: number;
  /**
   * How long a call waits for a connection of the host's pool, a unique key or a lock before it throws, in
   * milliseconds, 100 to 3,600,000. Lower it for callers that must answer sooner. Default 10,000.
   */
  waitTimeoutMs?: number;
  /** How long shutdown waits for running jobs before it aborts them, in milliseconds. Default 6,000. */
  shutdownTimeoutMs?: number;
  /** How long an aborted handler may take to end before it is abandoned, in milliseconds. Default 2,000. */
  abortGraceMs?: number;
  /** When a worker renews its lease, and when it counts as dead. */
  lease?: Partial<LeaseOptions>;
  /** How long finished jobs and statistics are kept. */
  retention?: Partial<RetentionOptions>;
  /** Whether this process fires schedules, and in which time zone. */
  schedule?: Partial<ScheduleOptions>;
  /** Largest payload as JSON, in bytes, at most 1,048,576. Default 262,144 (256 KiB). */
  maxPayloadBytes?: number;
  /** Largest result as JSON, in bytes, at most 1,048,576. A larger result is not stored. Default 262,144 (256 KiB). */
  maxResultBytes?: number;
  /** Names whose values are masked in stored errors and logs, like those of `password` and `token`. Default: none. */
  redact?: string[];
  /** Definitions without a processor here that `enqueueByType` and the admin API should know. Default: none. */
  definitions?: JobDefinition[];
  /** Registry of the metrics. Default: prom-client's global one, or one of its own for a module with a name. */
  metricsRegistry?: MetricsRegistry;
  /**
   * Version of the application, such as the image's tag, at most 50 characters. Default: that of the `package.json` in the
   * folder from which the process was started; `unknown` without one.
   */
  version?: string;
  /**
   * Returns the manager of the transaction around the caller. `JobService` asks for it in calls without a `manager`,
   * and joins its transaction if one is active. Ready-made: `typeormTransactional()`, `clsTransactional()`. Default:
   * none.
   */
  transactionManager?: TransactionManagerOption;
  /**
   * What a process does if its database is a restored copy, such as a dump of production for staging. `wait`: no job
   * runs and no schedule fires until an operator adopts or clears the copy. `run`: it logs that and continues.
   * `ignore`: it does not check.
   *
   * Default by NODE_ENV: `run` in `production`, `ignore` in `test`, otherwise `wait`.
   */
  restoredCopy?: RestoredCopyOption;
}

export type RestoredCopyOption = 'wait' | 'run' | 'ignore';

/** Gets the data source of the jobs. Must return at once; null or undefined means that there is no transaction. */
export type TransactionManagerOption = (dataSource: DataSource) => EntityManager | null | undefined;

export type JobsRole = 'all' | 'worker' | 'producer';

type WithoutDefault = 'queues' | 'schema' | 'directUrl' | 'metricsRegistry' | 'transactionManager' | 'restoredCopy';

export interface JobsOptions
  extends Required<Omit<JobsModuleOptions, OptionGroup | WithoutDefault>>, Pick<JobsModuleOptions, WithoutDefault> {
  lease: LeaseOptions;
  retention: RetentionOptions;
  schedule: ScheduleOptions;
}

export const DEFAULT_JOBS_NAME = 'default';

export const JOBS_NAME = Symbol('JOBS_NAME');

export const JOBS_DATA_SOURCE = Symbol('JOBS_DATA_SOURCE');

/** Injection token of the resolved options, here so that module definition and services need not import each other. */
export const JOBS_OPTIONS = Symbol('JOBS_OPTIONS');

export const DEFAULT_WAIT_TIMEOUT_MS = 10_000;
const REDACTED_NAME = /^[\w.-]{1,50}$/;
/** The largest `pollIntervalMs`, so that no worker finds a due job later than this, in milliseconds. */
export const MAX_POLL_INTERVAL_MS = 3_600_000;
const MAX_RETENTION_MS = 3_660 * DAY_MS;

const DEFAULTS = {
  role: 'all',
  concurrency: 10,
  shards: 1,
  pooled: false,
  pollIntervalMs: 5_000,
  waitTimeoutMs: DEFAULT_WAIT_TIMEOUT_MS,
  shutdownTimeoutMs: 6_000,
  abortGraceMs: 2_000,
  maxPayloadBytes: DEFAULT_MAX_PAYLOAD_BYTES,
  maxResultBytes: DEFAULT_MAX_RESULT_BYTES,
  redact: [],
  definitions: [],
  version: UNKNOWN_VERSION,
} satisfies Partial<JobsModuleOptions>;

/** The names of all module options. */
export const MODULE_OPTIONS: readonly string[] = [
  ...Object.keys(DEFAULTS),
  ...Object.keys(OPTION_GROUPS),
  ...optionNames<Pick<JobsModuleOptions, WithoutDefault>>({
    queues: true,
    schema: true,
    directUrl: true,
    metricsRegistry: true,
    transactionManager: true,
    restoredCopy: true,
  }),
];

/** Fills in the defaults. Throws one `JobsConfigurationError` with `foundBefore` and every bad value. */
export function resolveJobsOptions(
  given: JobsModuleOptions = {},
  foundBefore: readonly JobsErrorIssue[] = [],
): JobsOptions {
  const options: JobsOptions = {
    ...DEFAULTS,
    ...(given.version === undefined && { version: applicationVersion() }),
    ...defined(given),
    lease: { ...LEASE_DEFAULTS, ...defined(given.lease) },
    retention: { ...RETENTION_DEFAULTS, ...defined(given.retention) },
    schedule: { enabled: given.role !== 'producer', timeZone: 'UTC', ...defined(given.schedule) },
  };
  const issues = [...foundBefore, ...optionIssues(options)];
  if (issues.length > 0)
    throw new JobsConfigurationError({ code: 'JOBS_INVALID_MODULE_OPTIONS', what: 'JobsModule cannot start.', issues });
  return options;
}

interface Checks {
  check: (path: string, ok: boolean, message: string) => void;
  whole: (path: string, value: number, min: number, max: number) => void;
}

function optionIssues(options: JobsOptions): JobsErrorIssue[] {
  const issues: JobsErrorIssue[] = [];
  const check: Checks['check'] = (path, ok, message) => {
    if (!ok) issues.push({ path, message: `${message}; it is ${shownAt(options, path)}` });
  };
  const whole: Checks['whole'] = (path, value, min, max) =>
    check(
      path,
      Number.isInteger(value) && value >= min && value <= max,
      `must be a whole number from ${min} to ${max}`,
    );
  checkWork(options, { check, whole });
  checkUpkeep(options, { check, whole });
  return issues;
}

function checkWork(options: JobsOptions, { check, whole }: Checks): void {
  const { role, schema, shards, queues, version } = options;
  check('role', ['all', 'worker', 'producer'].includes(role), 'must be "all", "worker" or "producer"');
  whole('concurrency', options.concurrency, 1, 1_000);
  for (const { path, message } of queueIssues(queues)) check(path, false, message);
  const schemaIssue = schema === undefined ? null : schemaNameIssue(schema);
  check('schema', schemaIssue === null, schemaIssue ?? '');
  whole('shards', shards, 1, 1_024);
  check('shards', Number.isInteger(Math.log2(shards)), 'must be a power of two');
  whole('pollIntervalMs', options.pollIntervalMs, 10, MAX_POLL_INTERVAL_MS);
  whole('waitTimeoutMs', options.waitTimeoutMs, 100, 3_600_000);
  whole('shutdownTimeoutMs', options.shutdownTimeoutMs, 0, DAY_MS);
  whole('abortGraceMs', options.abortGraceMs, 0, DAY_MS);
  whole('maxPayloadBytes', options.maxPayloadBytes, 1, 1_048_576);
  whole('maxResultBytes', options.maxResultBytes, 1, 1_048_576);
  const redact = Array.isArray(options.redact) && options.redact.every((name) => REDACTED_NAME.test(name));
  check('redact', redact, 'must be a list of names of letters, digits, _ . and -, at most 50 characters each');
  const ask = options.transactionManager;
  check('transactionManager', ask === undefined || typeof ask === 'function', 'must be a function');
  check(
    'restoredCopy',
    [undefined, 'wait', 'run', 'ignore'].includes(options.restoredCopy),
    'must be "wait", "run" or "ignore"',
  );
  check(
    'version',
    typeof version === 'string' && version.length <= MAX_VERSION_LENGTH,
    `must be a text of at most ${MAX_VERSION_LENGTH} characters`,
  );
}

function checkUpkeep({ lease, retention, schedule }: JobsOptions, { check, whole }: Checks): void {
  whole('lease.renewMs', lease.renewMs, 10, 60_000);
  const { renewMs, fenceAfterMs, deadAfterMs } = lease;
  check(
    'lease.fenceAfterMs',
    typeof fenceAfterMs === 'number' && fenceAfterMs > renewMs,
    'must be longer than lease.renewMs',
  );
  check('lease.deadAfterMs', deadAfterMs > fenceAfterMs, 'must be longer than lease.fenceAfterMs');
  whole('lease.deadAfterMs', lease.deadAfterMs, 10, DAY_MS);
  whole('lease.eventLoopStallMs', lease.eventLoopStallMs, 0, DAY_MS);
  check(
    'lease.eventLoopStallMs',
    lease.eventLoopStallMs === 0 || lease.eventLoopStallMs >= 2_000,
    'must be 0 or at least 2,000',
  );
  whole('retention.completedMs', retention.completedMs, 0, MAX_RETENTION_MS);
  whole('retention.failedMs', retention.failedMs, 0, MAX_RETENTION_MS);
  whole('retention.statisticsMs', retention.statisticsMs, 0, MAX_RETENTION_MS);
  whole('retention.pruneEveryMs', retention.pruneEveryMs, 10, DAY_MS);
  check('schedule.timeZone', isTimeZone(schedule.timeZone), 'must be an IANA time zone such as "Asia/Tokyo"');
}

function defined<T extends object>(given: T | undefined): T {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined)) as T;
}
