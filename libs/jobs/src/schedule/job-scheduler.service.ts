import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { CronJob } from 'cron';
import type { DataSource, EntityManager } from 'typeorm';
import { errorText } from '../job/text/error-text.js';
import { redactorOf } from '../job/text/redact-secrets.js';
import { resolveRetryPolicy, retryDelayMs } from '../job/retry-policy.js';
import { WorkerStatus } from '../state/worker-status.js';
import { within } from '../support/time/within.js';
import { JOBS_DATA_SOURCE, JOBS_NAME, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { CopyGuard } from '../state/copy-guard.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { explainOutdatedSchema } from '../store/connection/outdated-schema.js';
import { inSchema } from '../store/in-schema.js';
import { ScheduleStore } from '../store/schedule.store.js';
import { TickConnections } from '../store/worker-connections/tick-connections.js';
import { afterBootstrap } from '../support/after-bootstrap.js';
import { BootWarnings } from '../report/boot-warnings.js';
import { WakeUp } from '../wake/wake-up.js';
import { DueFiring, FailedRunError, isShutdown } from './fire-due.js';
import { PlannedSchedules, type Planned } from './planned-schedules.js';
import { ScheduleExplorer } from './schedule.explorer.js';
import { cronJobsAreOff, scheduleModuleMissing, schedulesOff } from './schedule-module.js';
import { registerCronJob } from './schedule-package.js';
import { ScheduleRows } from './schedule-rows.js';
import { SCHEDULED_JOBS, type ScheduledJobs } from './scheduled-jobs.js';
import { TickCalls } from './tick-calls.js';
import { Clock } from '../support/time/clock.js';
import { report } from '../report/report.js';

/** Ticks due within this time get a timer. Later ones are found by the next reads, of which there are two until then. */
const AHEAD_MS = 30_000;
/** Pause after the boot, and after a try that fired nothing. Usually another replica is firing that tick. */
const REST_MS = 1_000;
/** A timer of Node can fire this much too early. */
const TIMER_EARLY_MS = 1;
const LAST_ANSWER_MS = 10_000;
const RETRY = resolveRetryPolicy({ initialDelayMs: 1_000, maxDelayMs: 300_000 });

/**
 * Fires each tick of each schedule once, however many replicas run: those of this process's methods, and those made at run
 * time. It reads the due times every 15 seconds, because other processes may change them, and sets a timer for ticks that
 * fall due in between. A tick is one transaction: its record, the schedule's next run and the jobs that it enqueues commit
 * together.
 */
@Injectable()
export class JobSchedulerService implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly planned: PlannedSchedules;
  private readonly firing = new Map<string, Promise<void>>();
  private readonly calls: TickCalls;
  private readonly due: DueFiring;
  /** Null if this process fires no schedules. */
  private rows: ScheduleRows | null = null;
  private hasMethods = false;
  private readonly connections: TickConnections;
  private cronJob: CronJob | null = null;
  private timer?: NodeJS.Timeout;
  /** The latest read of the schedules. The next one starts after it. */
  private reading: Promise<void> = Promise.resolve();
  /** A read that has not begun. */
  private nextRead: Promise<void> | null = null;
  private registering: Promise<void> | null = null;
  private stopped = false;

  constructor(
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly explorer: ScheduleExplorer,
    private readonly status: WorkerStatus,
    private readonly moduleRef: ModuleRef,
    private readonly modules: ModulesContainer,
    private readonly warnings: BootWarnings,
    private readonly copyGuard: CopyGuard,
    @Inject(JOBS_NAME) private readonly name: string,
    private readonly wakeUp: WakeUp,
    @Inject(SCHEDULED_JOBS) jobs: ScheduledJobs,
    private readonly clock: Clock,
  ) {
    this.planned = new PlannedSchedules(clock);
    const { abortGraceMs: graceMs, shards } = options;
    const calls = (this.calls = new TickCalls(graceMs));
    this.due = new DueFiring({ calls, graceMs, shards, jobs, storeIn: (manager) => this.store(manager) });
    this.connections = new TickConnections(dataSource);
  }

  /** In this hook because no worker runs yet when an invalid schedule stops the boot. */
  async onModuleInit(): Promise<void> {
    const schedules = this.explorer.explore();
    this.cronJob = await registerCronJob(this.moduleRef, this.name, () => void this.runOnce());
    if (!this.options.schedule.enabled) return;
    this.hasMethods = schedules.length > 0;
    if (this.hasMethods && !this.cronJob) throw scheduleModuleMissing(schedules[0]!);
    if (this.hasMethods && cronJobsAreOff(this.moduleRef)) this.warnings.add('schedules_off', schedulesOff(schedules));
    if (this.cronJob) this.rows = new ScheduleRows(schedules, this.store());
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.rows) await afterBootstrap(this.modules, () => this.copyGuard.whenAllowed(() => this.boot()));
  }

  /** Does nothing if the application was closed before it had booted. */
  private async boot(): Promise<void> {
    if (this.stopped) return;
    this.registering = this.register();
    await this.registering.catch((error: unknown) => explainOutdatedSchema(error, this.options.schema));
    this.wakeUp.subscribe({ settingsChanged: () => void this.lookSoon() });
    if (!this.stopped && !cronJobsAreOff(this.moduleRef)) this.cronJob?.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.planned.clear();
    void this.cronJob?.stop();
    await this.registering?.catch(() => undefined);
    clearTimeout(this.timer);
    this.connections.refuse();
    await this.endFiring();
    // The host closes its connections next, so the wait is limited: a lost connection may never answer.
    await within(LAST_ANSWER_MS, Promise.all([this.connections.end(), this.reading]));
  }

  /** An operator may have asked for a run, which need not wait for the retry of a tick that failed. */
  private lookSoon(): Promise<number> {
    this.planned.restAtMostUntil(this.clock.steadyMs() + REST_MS);
    return this.runOnce();
  }

  /** Fires what is due. Returns the number of ticks that this replica fired. */
  async runOnce(): Promise<number> {
    if (this.stopped || this.status.draining || !this.registering) return 0;
    await this.refreshQuietly();
    return this.fireAllDue();
  }

  private async fireAllDue(): Promise<number> {
    if (this.status.draining) return 0;
    const due = this.planned.due();
    if (due.length === 0) this.setTimer();
    const fired = await Promise.all(due.map((planned) => this.fireOnce(planned)));
    return fired.filter(Boolean).length;
  }

  private setTimer(): void {
    clearTimeout(this.timer);
    const inMs = this.planned.nextTryMs(this.firing) - this.clock.steadyMs();
    if (inMs < AHEAD_MS) this.timer = setTimeout(() => void this.fireAllDue(), Math.max(0, inMs) + TIMER_EARLY_MS);
  }

  /** Without methods here, an outage must not stop the boot: the next read follows within 15 seconds. */
  private async register(): Promise<void> {
    if (!this.hasMethods) return this.refreshQuietly();
    await this.refresh();
    // Providers that a scheduled method uses may still be booting.
    this.planned.restUntil(this.clock.steadyMs() + REST_MS);
    this.setTimer();
  }

  private async refresh(): Promise<void> {
    if (this.stopped || !this.rows) return;
    const seen = await this.rows.look();
    if (!this.stopped) this.planned.follow(seen);
  }

  /** Calls before a read begins share it. Never rejects: the next read follows within 15 seconds. */
  private refreshQuietly(): Promise<void> {
    this.nextRead ??= this.reading = this.reading
      .then(() => {
        this.nextRead = null;
        return this.refresh();
      })
      .catch((error: unknown) => report('schedules_unread', { cause: error }))
      .then(() => this.setTimer());
    return this.nextRead;
  }

  private async fireOnce(planned: Planned): Promise<boolean> {
    const { name } = planned.schedule;
    if (this.firing.has(name)) return false;
    const fired = this.fire(planned);
    const done = fired.then(() => undefined).finally(() => this.firing.delete(name));
    this.firing.set(name, done);
    const result = await fired;
    if (!result) planned.restUntilMs = Math.max(planned.restUntilMs, this.clock.steadyMs() + REST_MS);
    await this.refreshQuietly();
    return result;
  }

  private async fire(planned: Planned): Promise<boolean> {
    try {
      const fireDue = (manager: EntityManager) => this.due.fire(planned.schedule, manager);
      const fired = await this.connections.transaction(fireDue);
      planned.failures = 0;
      return fired ?? false;
    } catch (error) {
      if (!isShutdown(error)) await this.failed(planned, error);
      return false;
    }
  }

  /** A run that was asked for is not tried again, so it delays no tick. */
  private async failed(planned: Planned, error: unknown): Promise<void> {
    const { schedule } = planned;
    const { name, where } = schedule;
    const run = error instanceof FailedRunError ? error : null;
    const text = errorText(run ? run.cause : error, redactorOf(this.options.redact));
    const tick = { error: text, plannedAt: run?.plannedAt ?? null };
    if (run?.isRequested) {
      report('requested_run_failed', { name, where, why: text });
      return this.store()
        .dropRequest(schedule, tick)
        .catch(() => {});
    }
    const delayMs = retryDelayMs(RETRY, ++planned.failures);
    planned.restUntilMs = this.clock.steadyMs() + delayMs;
    report('schedule_failed', { name, where, delayMs, why: text });
    return this.store()
      .postpone(schedule, delayMs, tick)
      .catch(() => {});
  }

  private store(manager?: EntityManager): ScheduleStore {
    const { schema, waitTimeoutMs } = this.options;
    return new ScheduleStore(inSchema(new ManagerExecutor(this.dataSource, manager, waitTimeoutMs), schema));
  }

  /** Waits for the methods that run. Aborts those that take too long, and abandons those that ignore the abort. */
  private async endFiring(): Promise<void> {
    const ended = Promise.all(this.firing.values());
    if (await within(this.options.shutdownTimeoutMs, ended)) return;
    this.calls.close();
    await within(this.options.abortGraceMs + LAST_ANSWER_MS, ended);
  }
}
