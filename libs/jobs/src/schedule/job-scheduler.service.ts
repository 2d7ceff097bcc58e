import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Cron, SchedulerRegistry } from '@nestjs/schedule';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { errorText } from '../job/error-text.js';
import { JobsConfigurationError } from '../job/job.errors.js';
import { redactorOf } from '../job/redact-secrets.js';
import { resolveRetryPolicy, retryDelayMs } from '../job/retry-policy.js';
import { WorkerStatus } from '../job/worker-status.js';
import { within } from '../job/within.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { ManagerExecutor } from '../store/executors.js';
import { explainOutdatedSchema } from '../store/outdated-schema.js';
import { ScheduleStore } from '../store/schedule.store.js';
import { nextTick } from './cron-times.js';
import { dueTick } from './due-ticks.js';
import { ScheduleExplorer, type Schedule } from './schedule.explorer.js';

interface Planned {
  schedule: Schedule;
  /** In `performance.now()` milliseconds: a jump of the wall clock fires nothing. */
  dueMs: number;
  failures: number;
}

/** Between two looks at the database for ticks moved by others or by hand. */
const REFRESH_EVERY_MS = 15_000;
const LAST_ANSWER_MS = 10_000;
const RETRY = resolveRetryPolicy({ initialDelayMs: 1_000, maxDelayMs: 300_000 });

/**
 * Fires each tick of each schedule once, however many replicas run. Every second it looks at memory; the database is
 * touched when something is due. A tick is one transaction: its record, the schedule's next run and what the method
 * enqueues commit together.
 */
@Injectable()
export class JobSchedulerService implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Jobs');
  private readonly planned = new Map<string, Planned>();
  private readonly firing = new Map<string, Promise<void>>();
  private refreshedMs = -Infinity;
  /** One read of the schedules follows the other. */
  private reading: Promise<void> = Promise.resolve();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly explorer: ScheduleExplorer,
    private readonly status: WorkerStatus,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** Before any worker starts, so that a bad schedule stops the boot while nothing runs. */
  onModuleInit(): void {
    const schedules = this.explorer.explore();
    if (!this.options.schedule.enabled || schedules.length === 0) return;
    this.requireScheduleModule(schedules);
    for (const schedule of schedules) this.planned.set(schedule.name, { schedule, dueMs: Infinity, failures: 0 });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.planned.size > 0) await this.register().catch(explainOutdatedSchema);
  }

  async onModuleDestroy(): Promise<void> {
    this.planned.clear();
    await Promise.all(this.firing.values());
    // The host closes its connections next; they may wait for an answer for ever.
    await within(LAST_ANSWER_MS, this.reading);
  }

  /** Returns how many ticks this replica fired. */
  @Cron('* * * * * *', { name: 'monstera_jobs' })
  async runOnce(): Promise<number> {
    if (this.planned.size === 0 || this.status.draining) return 0;
    if (performance.now() - this.refreshedMs >= REFRESH_EVERY_MS) await this.refreshQuietly();
    const due = [...this.planned.values()].filter(({ dueMs }) => dueMs <= performance.now());
    const fired = await Promise.all(due.map((planned) => this.fireOnce(planned)));
    return fired.filter(Boolean).length;
  }

  private async register(): Promise<void> {
    const store = new ScheduleStore(new ManagerExecutor(this.dataSource));
    const now = await store.now();
    for (const { schedule } of this.planned.values()) {
      const { name, cron, timeZone, catchUp } = schedule;
      await store.register(name, cron, timeZone, catchUp, nextTick(cron, timeZone, now));
    }
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    if (this.planned.size === 0) return;
    const store = new ScheduleStore(new ManagerExecutor(this.dataSource));
    this.refreshedMs = performance.now();
    for (const [name, dueInMs] of await store.dueInMs([...this.planned.keys()])) {
      const planned = this.planned.get(name);
      if (planned) planned.dueMs = performance.now() + dueInMs;
    }
  }

  /** The next look comes in any case. */
  private refreshQuietly(): Promise<void> {
    this.reading = this.reading
      .then(() => this.refresh())
      .catch((error: unknown) => this.logger.debug(`Schedules not read: ${String(error)}`));
    return this.reading;
  }

  private async fireOnce(planned: Planned): Promise<boolean> {
    const { name } = planned.schedule;
    if (this.firing.has(name)) return false;
    const fired = this.fire(planned);
    const done = fired.then(() => undefined).finally(() => this.firing.delete(name));
    this.firing.set(name, done);
    const result = await fired;
    await this.refreshQuietly();
    return result;
  }

  private async fire(planned: Planned): Promise<boolean> {
    try {
      const fired = await this.dataSource.transaction((manager) => this.fireDue(planned.schedule, manager));
      planned.failures = 0;
      return fired;
    } catch (error) {
      await this.postpone(planned, error);
      return false;
    }
  }

  private async fireDue({ name, ...schedule }: Schedule, manager: DataSource['manager']): Promise<boolean> {
    const store = new ScheduleStore(new ManagerExecutor(this.dataSource, manager));
    const locked = await store.lockDue(name);
    if (!locked) return false;
    const next = (after: Date) => nextTick(schedule.cron, schedule.timeZone, after);
    const { plannedAt, nextRunAt } = dueTick(schedule.catchUp, locked.nextRunAt, locked.now, next);
    const fires = plannedAt !== null && (await store.recordTick(name, plannedAt));
    if (fires) await schedule.fire({ name, plannedAt, manager });
    await store.advance(name, nextRunAt, plannedAt);
    if (fires) this.logger.log(`Schedule "${name}" fired for ${plannedAt.toISOString()}`);
    return fires;
  }

  private async postpone(planned: Planned, error: unknown): Promise<void> {
    const { name, where } = planned.schedule;
    const delayMs = retryDelayMs(RETRY, ++planned.failures);
    planned.dueMs = performance.now() + delayMs;
    const text = errorText(error, redactorOf(this.options.redact));
    this.logger.error(`Schedule "${name}" (${where}) failed; next try in ${Math.round(delayMs)} ms`, text);
    const store = new ScheduleStore(new ManagerExecutor(this.dataSource));
    await store.postpone(name, delayMs, text).catch(() => {});
  }

  private requireScheduleModule(schedules: Schedule[]): void {
    try {
      this.moduleRef.get(SchedulerRegistry, { strict: false });
    } catch {
      throw new JobsConfigurationError({
        code: 'JOBS_SCHEDULE_MODULE_MISSING',
        what: `${schedules[0]!.where} is scheduled, but nothing ticks: @nestjs/schedule is not set up.`,
        fix: 'Add ScheduleModule.forRoot() to the imports of the root module.',
      });
    }
  }
}
