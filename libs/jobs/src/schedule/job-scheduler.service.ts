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
import { DataSource, type EntityManager } from 'typeorm';
import { errorText } from '../job/error-text.js';
import { JobsConfigurationError } from '../job/job.errors.js';
import { redactorOf } from '../job/redact-secrets.js';
import { resolveRetryPolicy, retryDelayMs } from '../job/retry-policy.js';
import { WorkerStatus } from '../job/worker-status.js';
import { within } from '../job/within.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { ManagerExecutor } from '../store/executors.js';
import { ownTransaction } from '../store/host-connections.js';
import { explainOutdatedSchema } from '../store/outdated-schema.js';
import { ScheduleStore } from '../store/schedule.store.js';
import { nextTick } from './cron-times.js';
import { dueTick } from './due-ticks.js';
import { ScheduleExplorer, type Schedule } from './schedule.explorer.js';

/** Times are `performance.now()` milliseconds: a jump of the wall clock fires nothing. */
interface Planned {
  schedule: Schedule;
  dueMs: number;
  /** It is not tried again before, whatever the database says. */
  restUntilMs: number;
  failures: number;
}

const CRON_JOB = 'monstera_jobs';
/** A timer is set for what falls due sooner; two reads of the schedules come before anything else does. */
const AHEAD_MS = 30_000;
/** After the boot, and after a try that fired nothing, mostly because another replica is at it. */
const REST_MS = 1_000;
/** How much too early a timer of Node may come. */
const TIMER_EARLY_MS = 1;
const LAST_ANSWER_MS = 10_000;
const RETRY = resolveRetryPolicy({ initialDelayMs: 1_000, maxDelayMs: 300_000 });

/**
 * Fires each tick of each schedule once, however many replicas run. Every 15 seconds it reads when they are due, because
 * others may have moved them; a timer fires what falls due in between. A tick is one transaction: its record, the
 * schedule's next run and what the method enqueues commit together.
 */
@Injectable()
export class JobSchedulerService implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Jobs');
  private readonly planned = new Map<string, Planned>();
  private readonly firing = new Map<string, Promise<void>>();
  private timer?: NodeJS.Timeout;
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
    for (const schedule of schedules)
      this.planned.set(schedule.name, { schedule, dueMs: Infinity, restUntilMs: -Infinity, failures: 0 });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.planned.size > 0) await this.register().catch(explainOutdatedSchema);
  }

  async onModuleDestroy(): Promise<void> {
    this.planned.clear();
    clearTimeout(this.timer);
    await Promise.all(this.firing.values());
    // The host closes its connections next; they may wait for an answer for ever.
    await within(LAST_ANSWER_MS, this.reading);
  }

  /** Returns how many ticks this replica fired. */
  @Cron('*/15 * * * * *', { name: CRON_JOB })
  async runOnce(): Promise<number> {
    if (this.planned.size === 0) return this.stopTicking();
    if (this.status.draining) return 0;
    await this.refreshQuietly();
    return this.fireAllDue();
  }

  /** Working out its next time takes a cron job half a millisecond, for nothing where there is nothing to fire. */
  private stopTicking(): 0 {
    void this.moduleRef.get(SchedulerRegistry, { strict: false }).getCronJob(CRON_JOB).stop();
    return 0;
  }

  private async fireAllDue(): Promise<number> {
    if (this.status.draining) return 0;
    const nowMs = performance.now();
    const due = [...this.planned.values()].filter((planned) => triedAtMs(planned) <= nowMs);
    if (due.length === 0) this.setTimer();
    const fired = await Promise.all(due.map((planned) => this.fireOnce(planned)));
    return fired.filter(Boolean).length;
  }

  private setTimer(): void {
    clearTimeout(this.timer);
    const waiting = [...this.planned.values()].filter(({ schedule }) => !this.firing.has(schedule.name));
    const inMs = Math.min(...waiting.map(triedAtMs)) - performance.now();
    if (inMs < AHEAD_MS) this.timer = setTimeout(() => void this.fireAllDue(), Math.max(0, inMs) + TIMER_EARLY_MS);
  }

  private async register(): Promise<void> {
    const store = new ScheduleStore(new ManagerExecutor(this.dataSource, undefined, this.options.waitTimeoutMs));
    const now = await store.now();
    for (const planned of this.planned.values()) {
      const { name, cron, timeZone, catchUp } = planned.schedule;
      await store.register(name, cron, timeZone, catchUp, nextTick(cron, timeZone, now));
      // What a method needs may still be booting.
      planned.restUntilMs = performance.now() + REST_MS;
    }
    await this.refresh();
    this.setTimer();
  }

  private async refresh(): Promise<void> {
    if (this.planned.size === 0) return;
    const store = new ScheduleStore(new ManagerExecutor(this.dataSource, undefined, this.options.waitTimeoutMs));
    for (const [name, dueInMs] of await store.dueInMs([...this.planned.keys()])) {
      const planned = this.planned.get(name);
      if (planned) planned.dueMs = performance.now() + dueInMs;
    }
  }

  /** The next look comes in any case. */
  private refreshQuietly(): Promise<void> {
    this.reading = this.reading
      .then(() => this.refresh())
      .catch((error: unknown) => this.logger.debug(`Schedules not read: ${String(error)}`))
      .then(() => this.setTimer());
    return this.reading;
  }

  private async fireOnce(planned: Planned): Promise<boolean> {
    const { name } = planned.schedule;
    if (this.firing.has(name)) return false;
    const fired = this.fire(planned);
    const done = fired.then(() => undefined).finally(() => this.firing.delete(name));
    this.firing.set(name, done);
    const result = await fired;
    if (!result) planned.restUntilMs = Math.max(planned.restUntilMs, performance.now() + REST_MS);
    await this.refreshQuietly();
    return result;
  }

  private async fire(planned: Planned): Promise<boolean> {
    try {
      const fireDue = (manager: EntityManager) => this.fireDue(planned.schedule, manager);
      const fired = await ownTransaction(this.dataSource, this.options.waitTimeoutMs, fireDue);
      planned.failures = 0;
      return fired;
    } catch (error) {
      await this.postpone(planned, error);
      return false;
    }
  }

  private async fireDue({ name, ...schedule }: Schedule, manager: EntityManager): Promise<boolean> {
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
    planned.restUntilMs = performance.now() + delayMs;
    const text = errorText(error, redactorOf(this.options.redact));
    this.logger.error(`Schedule "${name}" (${where}) failed; next try in ${Math.round(delayMs)} ms`, text);
    const store = new ScheduleStore(new ManagerExecutor(this.dataSource, undefined, this.options.waitTimeoutMs));
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

function triedAtMs({ dueMs, restUntilMs }: Planned): number {
  return Math.max(dueMs, restUntilMs);
}
