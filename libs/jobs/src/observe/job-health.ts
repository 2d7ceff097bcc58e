import { Inject, Injectable, Logger } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { WorkerStatus } from '../job/worker-status.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { pendingMigrations } from '../migrations/run-migrations.js';
import { databaseErrorCode } from '../store/database-errors.js';
import { ManagerExecutor } from '../store/executors.js';
import { withHostConnection } from '../store/host-connections.js';
import { ping } from '../store/sql/ping.sql.js';
import { CachedSample } from './cached-sample.js';

/** Why a probe says no, or what is impaired although it says yes. */
export interface HealthReason {
  reason: string;
  message: string;
}

const DATABASE_PATIENCE_MS = 2_000;
/** Probes of several callers share an answer. */
const DATABASE_CACHE_MS = 1_000;
/** How much later than its poll interval the claim loop may turn before it counts as stuck. */
const LOOP_GRACE_MS = 60_000;

/** Why they came about is said, with more detail, where it shows first. */
const LOGGED_ELSEWHERE = new Set(['draining', 'lease_lost', 'database_unreachable']);

/** The three probes, as Terminus indicators for the host's own health checks too. */
@Injectable()
export class JobsHealthIndicator {
  private readonly logger = new Logger('Jobs');
  private readonly database: CachedSample<{ pending: string[] }>;
  /** The reason that was reported last. */
  private notReady: string | null = null;

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly status: WorkerStatus,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    @InjectDataSource() dataSource: DataSource,
  ) {
    this.database = new CachedSample({
      read: () => readDatabase(dataSource),
      maxAgeMs: DATABASE_CACHE_MS,
      patienceMs: DATABASE_PATIENCE_MS,
      onFailing: reportFailing,
    });
  }

  /** Up once the worker of this process has reached the database for the first time; at once in a producer. */
  isStarted<Key extends string = 'jobs'>(key = 'jobs' as Key): HealthIndicatorResult<Key> {
    return this.answer(key, this.starting());
  }

  /**
   * Up while the event loop turns (this answer proves it) and the claim loop does. Never asks the database, whose
   * outage a restart cannot mend, and stays up while draining.
   */
  isLive<Key extends string = 'jobs'>(key = 'jobs' as Key): HealthIndicatorResult<Key> {
    return this.answer(key, this.stuck());
  }

  /**
   * Up if the database answers within two seconds and has the schema of this code, the process is not draining, and its
   * worker holds its lease. `degraded`, still 200, if queues are paused, types are unknown or no NOTIFY comes through.
   */
  async isReady<Key extends string = 'jobs'>(key = 'jobs' as Key): Promise<HealthIndicatorResult<Key>> {
    const down = this.draining() ?? this.starting() ?? this.leaseLost() ?? (await this.databaseTrouble());
    this.report(down);
    if (down) return this.answer(key, down);
    const impaired = this.impairments();
    const check = this.indicators.check(key);
    return impaired.length > 0 ? check.degraded({ impaired }) : check.up();
  }

  /** Once per change: probes come every few seconds. */
  private report(down: HealthReason | null): void {
    const reason = down?.reason ?? null;
    if (reason === this.notReady) return;
    this.notReady = reason;
    if (!down) this.logger.log('Ready again');
    else if (!LOGGED_ELSEWHERE.has(down.reason)) this.logger.warn(`Not ready: ${down.message}`);
  }

  private answer<Key extends string>(key: Key, down: HealthReason | null): HealthIndicatorResult<Key> {
    const check = this.indicators.check(key);
    return down ? check.down({ ...down }) : check.up();
  }

  private starting(): HealthReason | null {
    if (!this.status.enabled || this.status.started) return null;
    return { reason: 'starting', message: 'The worker has not reached the database yet.' };
  }

  private draining(): HealthReason | null {
    return this.status.draining ? { reason: 'draining', message: 'The process is shutting down.' } : null;
  }

  private leaseLost(): HealthReason | null {
    if (!this.status.enabled || this.status.leaseHeld) return null;
    return { reason: 'lease_lost', message: 'The worker could not renew its lease, so it has stopped claiming.' };
  }

  private stuck(): HealthReason | null {
    const { enabled, draining, lastLoopTickMs, unblockedMs } = this.status;
    if (!enabled || draining || lastLoopTickMs === null) return null;
    // While the event loop was blocked the claim loop could not turn: that is lease.eventLoopStallMs's affair.
    const silentMs = performance.now() - Math.max(lastLoopTickMs, unblockedMs ?? -Infinity);
    if (silentMs <= this.options.pollIntervalMs + LOOP_GRACE_MS) return null;
    const message = `The claim loop has not turned for ${Math.round(silentMs / 1_000)} s.`;
    return { reason: 'claim_loop_stuck', message };
  }

  private async databaseTrouble(): Promise<HealthReason | null> {
    const answer = await this.database.get();
    if (!answer) return { reason: 'database_unreachable', message: 'The database did not answer.' };
    if (answer.pending.length === 0) return null;
    return { reason: 'schema_outdated', message: `Migrations have not run: ${answer.pending.join(', ')}.` };
  }

  private impairments(): HealthReason[] {
    const { enabled, listening, unknownTypes, pausedQueues } = this.status;
    if (!enabled) return [];
    const canListen = !this.options.pooled || this.options.directUrl !== undefined;
    return [
      ...whenAny('queues_paused', 'These queues are paused', pausedQueues),
      ...whenAny('unknown_types', 'Jobs of these types wait without a processor here', [...unknownTypes]),
      ...(canListen && !listening
        ? [{ reason: 'deaf', message: 'No NOTIFY comes through; jobs are polled for.' }]
        : []),
    ];
  }
}

function whenAny(reason: string, message: string, names: readonly string[]): HealthReason[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 10).join(', ');
  return [{ reason, message: `${message}: ${shown}${names.length > 10 ? `, and ${names.length - 10} more` : ''}.` }];
}

function readDatabase(dataSource: DataSource): Promise<{ pending: string[] }> {
  return withHostConnection(dataSource, DATABASE_PATIENCE_MS, async (runner) => {
    await new ManagerExecutor(dataSource, runner.manager).run(ping, []);
    return { pending: await pendingMigrations(dataSource, runner) };
  });
}

/** The details are for the log: probes are often public. */
function reportFailing(error: unknown): void {
  const reason = databaseErrorCode(error) || (error instanceof Error ? error.message : String(error));
  new Logger('Jobs').warn(`Not ready: the database does not answer (${reason})`);
}
