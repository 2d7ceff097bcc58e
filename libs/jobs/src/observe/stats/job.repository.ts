import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { InvalidJobOptionError } from '../../job/job.errors.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../../jobs.options.js';
import { boundedRead, look } from '../../store/bounded-read.js';
import { inSchema } from '../../store/in-schema.js';
import { tooSlow } from '../../store/query-too-slow.js';
import { groupFailures, type FailedByError } from './failure-groups.js';
import type { JobCounts, QueuePending } from './job-counts.js';
import { PatientConnection } from '../../store/worker-connections/patient-connection.js';
import { StatsStore } from '../../store/control/stats.store.js';
import type { FailedErrorRow } from '../../store/sql/stats/stats-errors.sql.js';
import type { LongRunningRow } from '../../store/sql/stats/stats-running.sql.js';
import type { HeldLook } from './stats-reader.js';
import { Statistics, type StatisticsParts } from './statistics.js';
import { Clock, systemClock } from '../../support/time/clock.js';

export const DEFAULT_FAILED_WITHIN_HOURS = 24;

const MAX_LISTED = 100;
const MAX_ERRORS = 10_000;
/** Groups of an answer, so that it stays small. */
const MAX_GROUPS = 1_000;

export interface LongRunningJob {
  id: string;
  type: string;
  /** Host of the worker that runs it. */
  host: string | null;
  startedAt: Date;
  runningSeconds: number;
  /** Time limit of the attempt: the job's own timeout, or its definition's. */
  timeoutSeconds: number;
}

export interface LongRunningJobs {
  /** Longest first, at most 100. */
  jobs: LongRunningJob[];
  total: number;
  /** True if more jobs are running than the limit. The total is then a lower bound. */
  capped: boolean;
}

/** The values of the gauges, from one read. */
export interface QueueSample {
  pending: JobCounts;
  running: JobCounts;
  failed: JobCounts;
  runningTooLong: number;
  /** For each queue, how long its oldest due job has been due that is of no paused type, in seconds. */
  oldestDue: ReadonlyMap<string, number>;
}

/** The pending and running jobs of a queue. */
export interface QueueCounts {
  pending: number;
  /** True if there are more pending jobs than are counted. */
  pendingCapped: boolean;
  /** How long its oldest due job has been due that is of no paused type, in milliseconds. Null if none is due. */
  oldestDueMs: number | null;
  running: number;
}

export interface CountsByQueue {
  /** The queues that have pending or running jobs. */
  queues: ReadonlyMap<string, QueueCounts>;
  /** False while the first count goes on beside a held snapshot. Any queue may have jobs then. */
  counted: boolean;
}

/** Running jobs of each queue, by name, and of each worker, by its id. */
export type RunningJobs = HeldLook;

/** The pending jobs of each queue that has any. */
export interface PendingJobs {
  byQueue: ReadonlyMap<string, QueuePending>;
  /** For each queue, how long its oldest due job has been due, in seconds. */
  oldestDue: ReadonlyMap<string, number>;
  /** The paused types. */
  pausedTypes: readonly string[];
  /** As `counted` of `CountsByQueue`. */
  counted: boolean;
}

/** The token under which the module's own providers inject its `JobRepository`. */
export const JOBS_REPOSITORY = Symbol('JOBS_REPOSITORY');

/**
 * Statistics about all jobs, for monitoring. Its cost does not grow with the table. An answer counts at most 60,000
 * pending jobs, those that fall due first, and at most 10,000 running or failed ones. It says `capped` if there are more.
 * Completed jobs are never counted. While an old snapshot is held, for instance by a backup, answers may be older, and
 * they are `capped` until the first one is ready.
 */
@Injectable()
export class JobRepository implements OnModuleDestroy {
  private readonly patient: PatientConnection;
  private readonly statistics: Statistics;

  constructor(
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS)
    private readonly options: Pick<JobsOptions, 'shards'> &
      Partial<Pick<JobsOptions, 'schema' | 'waitTimeoutMs' | 'pooled'>>,
    clock: Clock = systemClock,
  ) {
    const { shards, schema, pooled = false } = options;
    this.patient = new PatientConnection({ dataSource, purpose: 'statistics', pooled });
    const patient = inSchema(this.patient, schema);
    const onHost: StatisticsParts['onHost'] = (work) => boundedRead(dataSource, options, work);
    const onLook: StatisticsParts['look'] = (work) => look(dataSource, options, work);
    this.statistics = new Statistics({ shards, clock, patient, onHost, look: onLook });
  }

  onModuleDestroy(): Promise<void> {
    return this.patient.end();
  }

  /**
   * Counts the jobs that have failed in the last `hours`, by type. Default: 24.
   * Throws `InvalidJobOptionError` unless `hours` is above 0 and at most 8,760 (a year).
   */
  async countFailedByType(hours: number = DEFAULT_FAILED_WITHIN_HOURS): Promise<JobCounts> {
    requirePeriod('hours', hours, 8_760);
    return this.statistics.failed(hours);
  }

  /**
   * Groups the jobs that have failed in the last `hours` by their type and what their errors have in common. Default: 24.
   * It looks at the 10,000 jobs that failed or were cancelled last, and returns 1,000 groups at most. Throws `InvalidJobOptionError` unless `hours` is
   * above 0 and at most 168 (a week),
   * and `JobsError` JOBS_QUERY_TOO_SLOW after two seconds.
   */
  async failedByError(hours: number = DEFAULT_FAILED_WITHIN_HOURS): Promise<FailedByError> {
    requirePeriod('hours', hours, 168);
    const rows: FailedErrorRow[] = [];
    await look(this.dataSource, this.options, async (executor) => {
      for (let shard = 0; shard < this.options.shards; shard++)
        rows.push(...(await new StatsStore(executor).failedErrors({ shard, hours, limit: MAX_ERRORS + 1 })));
    }).catch(tooSlow());
    const groups = groupFailures(rows, MAX_ERRORS);
    return { groups: groups.slice(0, MAX_GROUPS), capped: rows.length > MAX_ERRORS || groups.length > MAX_GROUPS };
  }

  /** Counts the pending jobs by type, both due ones and those for later. */
  async countPendingByType(): Promise<JobCounts> {
    return (await this.statistics.pending()).pending;
  }

  /**
   * Finds the jobs that have been running for longer than `minutes`, with the host of their worker. Without `minutes`,
   * finds those that exceed their timeout by 10 seconds, which a healthy worker does not allow.
   * Throws `InvalidJobOptionError` unless `minutes` is above 0 and at most 525,600 (a year).
   */
  async findRunningTooLong(minutes?: number): Promise<LongRunningJobs> {
    if (minutes !== undefined) requirePeriod('minutes', minutes, 525_600);
    const { tooLong, longest, running } = await this.statistics.running(minutes ?? null, MAX_LISTED);
    return { jobs: longest.map(toLongRunningJob), total: tooLong, capped: running.capped };
  }

  /** Counts the pending and running jobs of each queue that has any. */
  async countByQueue(): Promise<CountsByQueue> {
    return countsByQueue(await this.pendingByQueue(), await this.countRunning());
  }

  /** Counts the running jobs of each worker that has any, by its id. */
  async countByWorker(): Promise<ReadonlyMap<string, number>> {
    return (await this.countRunning()).byWorker;
  }

  /** Counts the running jobs of each queue and of each worker that has any, by name and by id. */
  countRunning(): Promise<RunningJobs> {
    return this.statistics.held();
  }

  /** Counts the pending jobs of each queue that has any. */
  async pendingByQueue(): Promise<PendingJobs> {
    const sizes = await this.statistics.pendingSizes();
    return { byQueue: new Map(), oldestDue: new Map(), pausedTypes: [], ...sizes, counted: sizes !== null };
  }

  /** Reads all values of the gauges, with the defaults of the other methods. */
  async sample(): Promise<QueueSample> {
    const { pending: waiting, running: held, failed } = await this.statistics.sample(DEFAULT_FAILED_WITHIN_HOURS);
    const { pending, oldestDue } = waiting;
    return { pending, running: held.running, failed, runningTooLong: held.tooLong, oldestDue };
  }
}

/** Puts together what was counted of each queue. */
export function countsByQueue({ byQueue, oldestDue, counted }: PendingJobs, running: RunningJobs): CountsByQueue {
  const counts = (queue: string): QueueCounts => ({
    pending: byQueue.get(queue)?.jobs ?? 0,
    pendingCapped: byQueue.get(queue)?.capped ?? false,
    oldestDueMs: Math.round((oldestDue.get(queue) ?? 0) * 1_000) || null,
    running: running.byQueue.get(queue) ?? 0,
  });
  const names = new Set([...byQueue.keys(), ...running.byQueue.keys()]);
  return { queues: new Map([...names].map((queue) => [queue, counts(queue)])), counted };
}

function requirePeriod(path: string, value: number, max: number): void {
  if (!(value > 0 && value <= max))
    throw new InvalidJobOptionError(path, `is ${String(value)}; must be above 0 and at most ${max}`);
}

function toLongRunningJob(row: LongRunningRow): LongRunningJob {
  const { id, type, host, started_ms, running_seconds, timeout_seconds } = row;
  return {
    id,
    type,
    host,
    startedAt: new Date(started_ms),
    runningSeconds: running_seconds,
    timeoutSeconds: timeout_seconds,
  };
}
