import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { JobsConfigurationError } from '../../job/job.errors.js';
import { Outages } from '../../state/outages.js';
import { WorkerStatus } from '../../state/worker-status.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../../jobs.options.js';
import { pendingMigrations } from '../../migrations/run-migrations.js';
import { databaseErrorCode } from '../../store/connection/database-errors.js';
import { ManagerExecutor } from '../../store/connection/executors.js';
import { withHostConnection } from '../../store/connection/host-connections.js';
import { inSchema } from '../../store/in-schema.js';
import { migrationsFor } from '../../store/connection/outdated-schema.js';
import { DatabaseStore } from '../../store/database.store.js';
import { BootWarnings } from '../../report/boot-warnings.js';
import { CachedSample } from './cached-sample.js';
import { Clock } from '../../support/time/clock.js';
import { report } from '../../report/report.js';

/** Why a probe answers `down`, or what is impaired while it answers `degraded`. */
export interface HealthReason {
  reason: string;
  message: string;
}

interface DatabaseAnswer {
  trouble: HealthReason | null;
}

/** The result of a Terminus health indicator. */
export type JobsHealthResult<Key extends string = 'jobs'> = Record<Key, JobsHealth>;

export type JobsHealth =
  { status: 'up' } | { status: 'degraded'; impaired: HealthReason[] } | ({ status: 'down' } & HealthReason);

const DATABASE_PATIENCE_MS = 2_000;
/** Probes within this time share one answer of the database. */
const DATABASE_CACHE_MS = 1_000;
/** The claim loop counts as stuck if it is silent for this long after its poll interval. */
const LOOP_GRACE_MS = 60_000;
/** Long enough for several attempts at everything that can restore a lease without a restart. */
const LEASE_LOST_MS = 120_000;

const COPY_RUNS = { reason: 'restored_copy', message: 'The database is a restored copy, and its jobs run.' };

/** Other parts log these with more detail. */
const LOGGED_ELSEWHERE = new Set(['draining', 'lease_lost', 'database_unreachable']);

/** The token under which the module's own providers inject its `JobsHealthIndicator`. */
export const JOBS_HEALTH = Symbol('JOBS_HEALTH');

/** The three probes. Each returns the result of a Terminus indicator, so that the host's health checks can use it. */
@Injectable()
export class JobsHealthIndicator {
  private readonly database: CachedSample<DatabaseAnswer>;
  /** The reason that was logged last. */
  private notReady: string | null = null;

  constructor(
    private readonly status: WorkerStatus,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    @Inject(JOBS_DATA_SOURCE) dataSource: DataSource,
    private readonly outages: Outages,
    private readonly warnings: BootWarnings,
    private readonly clock: Clock,
  ) {
    this.database = new CachedSample({
      clock,
      read: () => readDatabase(dataSource, options.schema),
      maxAgeMs: DATABASE_CACHE_MS,
      patienceMs: DATABASE_PATIENCE_MS,
      onFailing: reportFailing,
    });
  }

  /** Up once the worker of this process has reached the database for the first time. Always up in a producer. */
  isStarted<Key extends string = 'jobs'>(key = 'jobs' as Key): JobsHealthResult<Key> {
    return this.answer(key, this.starting());
  }

  /**
   * Down if a restart would help: the claim loop does not turn, or the lease has been lost for two minutes although the
   * database answers. Does not ask the database, because a restart cannot end its outage. Up while draining.
   */
  isLive<Key extends string = 'jobs'>(key = 'jobs' as Key): JobsHealthResult<Key> {
    return this.answer(key, this.stuck() ?? this.leaseStuck());
  }

  /**
   * Down in any of these cases:
   * - the database does not answer within two seconds, or its migrations are not those of this code;
   * - the worker has not reached the database yet, does not hold its lease, or the process is draining;
   * - jobs wait because the database is a restored copy.
   *
   * Degraded, which the route still answers with 200, in any of these:
   * - a dependency is down, or NOTIFY does not arrive;
   * - queues or types are paused, queues have no worker, the worker is drained, or job types have no processor;
   * - the boot has logged a warning.
   */
  async isReady<Key extends string = 'jobs'>(key = 'jobs' as Key): Promise<JobsHealthResult<Key>> {
    const down =
      this.draining() ?? this.copyWaits() ?? this.starting() ?? this.leaseLost() ?? (await this.databaseTrouble());
    this.reportChange(down);
    if (down) return this.answer(key, down);
    const impaired = this.impairments();
    return resultOf(key, impaired.length > 0 ? { status: 'degraded', impaired } : { status: 'up' });
  }

  /** Logs changes only, because probes come every few seconds. */
  private reportChange(down: HealthReason | null): void {
    const reason = down?.reason ?? null;
    if (reason === this.notReady) return;
    this.notReady = reason;
    if (!down) report('ready_again');
    else if (!LOGGED_ELSEWHERE.has(down.reason)) report('not_ready', down);
  }

  private answer<Key extends string>(key: Key, down: HealthReason | null): JobsHealthResult<Key> {
    return resultOf(key, down ? { status: 'down', ...down } : { status: 'up' });
  }

  private starting(): HealthReason | null {
    if (!this.status.enabled || this.status.started) return null;
    return { reason: 'starting', message: 'The worker has not reached the database yet.' };
  }

  private draining(): HealthReason | null {
    return this.status.draining ? { reason: 'draining', message: 'The process is shutting down.' } : null;
  }

  private copyWaits(): HealthReason | null {
    if (this.status.restoredCopy !== 'waits') return null;
    const message = 'The database is a restored copy: its jobs wait until somebody adopts or clears it.';
    return { reason: 'restored_copy', message };
  }

  private leaseLost(): HealthReason | null {
    if (!this.status.enabled || this.status.leaseHeld) return null;
    return { reason: 'lease_lost', message: 'The worker could not renew its lease, so it has stopped claiming.' };
  }

  private stuck(): HealthReason | null {
    const { enabled, draining, lastLoopTickMs, unblockedMs } = this.status;
    if (!enabled || draining || lastLoopTickMs === null) return null;
    // A blocked event loop also stops the claim loop. The option `lease.eventLoopStallMs` deals with that case.
    const silentMs = this.clock.steadyMs() - Math.max(lastLoopTickMs, unblockedMs ?? -Infinity);
    if (silentMs <= this.options.pollIntervalMs + LOOP_GRACE_MS) return null;
    const message = `The claim loop has not turned for ${Math.round(silentMs / 1_000)} s.`;
    return { reason: 'claim_loop_stuck', message };
  }

  private leaseStuck(): HealthReason | null {
    const { enabled, draining, leaseHeld, leaseLostInVainSinceMs } = this.status;
    if (!enabled || draining || leaseHeld || leaseLostInVainSinceMs === null) return null;
    const lostMs = this.clock.steadyMs() - leaseLostInVainSinceMs;
    if (lostMs <= LEASE_LOST_MS) return null;
    const message = `The lease has been lost for ${Math.round(lostMs / 1_000)} s, although the database answers.`;
    return { reason: 'lease_stuck', message };
  }

  private async databaseTrouble(): Promise<HealthReason | null> {
    const answer = await this.database.get();
    if (!answer) return { reason: 'database_unreachable', message: 'The database did not answer.' };
    return answer.trouble;
  }

  private impairments(): HealthReason[] {
    const { enabled, listening, drained, unknownTypes, pausedQueues, pausedTypes, unworkedQueues } = this.status;
    const always = [
      ...whenAny('dependency_down', 'Jobs wait for these, which are down', this.outages.names()),
      ...this.warnings.all,
      ...(this.status.restoredCopy === 'runs' ? [COPY_RUNS] : []),
    ];
    if (!enabled) return always;
    const canListen = !this.options.pooled || this.options.directUrl !== undefined;
    return [
      ...always,
      ...whenAny('queues_unworked', 'No worker works on these queues', unworkedQueues),
      ...(drained ? [{ reason: 'drained', message: 'An operator drains this worker, so it starts no jobs.' }] : []),
      ...whenAny('queues_paused', 'These queues are paused', pausedQueues),
      ...whenAny('types_paused', 'These types are paused', pausedTypes),
      ...whenAny('unknown_types', 'Jobs of these types wait without a processor here', [...unknownTypes]),
      ...(canListen && !listening
        ? [{ reason: 'deaf', message: 'NOTIFY does not arrive, so jobs are found by polling.' }]
        : []),
    ];
  }
}

function resultOf<Key extends string>(key: Key, health: JobsHealth): JobsHealthResult<Key> {
  return { [key]: health } as JobsHealthResult<Key>;
}

function whenAny(reason: string, message: string, names: readonly string[]): HealthReason[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 10).join(', ');
  return [{ reason, message: `${message}: ${shown}${names.length > 10 ? `, and ${names.length - 10} more` : ''}.` }];
}

function readDatabase(dataSource: DataSource, schema: string | undefined): Promise<DatabaseAnswer> {
  return withHostConnection(dataSource, DATABASE_PATIENCE_MS, async (runner) => {
    const database = new DatabaseStore(inSchema(new ManagerExecutor(dataSource, runner.manager), schema));
    const found = await database.hasTables();
    try {
      return { trouble: schemaTrouble(await pendingMigrations(dataSource, runner), found, schema) };
    } catch (error) {
      if (!(error instanceof JobsConfigurationError)) throw error;
      return { trouble: { reason: 'migrations_table_taken', message: `${error.what} ${error.fix}` } };
    }
  });
}

function schemaTrouble(pending: string[], found: boolean, schema: string | undefined): HealthReason | null {
  const reason = 'schema_outdated';
  if (pending.length > 0) return { reason, message: `Migrations have not run: ${pending.join(', ')}.` };
  if (found) return null;
  const place = schema === undefined ? 'On the search path' : `In the schema ${schema}`;
  const message = `${place} there are no tables of the jobs: run ${migrationsFor(schema)} of the DataSource.`;
  return { reason, message };
}

/** The answer of the probe has no details, because probes are often public. The log has them. */
function reportFailing(error: unknown): void {
  const reason = databaseErrorCode(error) || (error instanceof Error ? error.message : String(error));
  report('database_unreachable', { reason });
}
