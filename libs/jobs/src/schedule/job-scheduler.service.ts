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
import { DueFiring, isShutdown, RequestedRunError } from './fire-due.js';
import { ScheduleExplorer, type Schedule } from './schedule.explorer.js';
import { cronJobsAreOff, scheduleModuleMissing, schedulesOff } from './schedule-module.js';
import { registerCronJob } from './schedule-package.js';
import { ScheduleRows } from './schedule-rows.js';
import { TickCalls } from './tick-calls.js';
import { Clock } from '../support/time/clock.js';
import { report } from '../report/report.js';

/** Times are milliseconds of `Clock.steadyMs()`, so that a jump of the wall clock fires nothing. */
interface Planned {
  schedule: Schedule;
  dueMs: number;
  /** The schedule is not tried before this time, even if the database says that it is due. */
  restUntilMs: number;
  failures: number;
}

/** Ticks due within this time get a timer. Later ones are found by the next reads, of which there are two until then. */
const AHEAD_MS = 30_000;
/** Pause after the boot, and after a try that fired nothing. Usually another replica is firing that tick. */
const REST_MS = 1_000;
/** A timer of Node can fire this much too early. */
const TIMER_EARLY_MS = 1;
const LAST_ANSWER_MS = 10_000;
const RETRY = resolveRetryPolicy({ initialDelayMs: 1_000, maxDelayMs: 300_000 });

/**
 * Fires each tick of each schedule once, however many replicas run. It reads the due times every 15 seconds, because other
 * processes may change them, and sets a timer for ticks that fall due in between. A tick is one transaction: its record,
 * the schedule's next run and the jobs that the method enqueues commit together.
 */
@Injectable()
export class JobSchedulerService implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly planned = new Map<string, Planned>();
  private readonly firing = new Map<string, Promise<void>>();
  private readonly calls: TickCalls;
  private readonly due: DueFiring;
  private rows!: ScheduleRows;
  private readonly connections: TickConnections;
  /** Started only if there are schedules, because each of its ticks costs CPU. */
  private cronJob: CronJob | null = null;
  private timer?: NodeJS.Timeout;
  /** The latest read of the schedules. The next one starts after it. */
  private reading: Promise<void> = Promise.resolve();
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
    private readonly clock: Clock,
  ) {
    const { abortGraceMs: graceMs } = options;
    this.calls = new TickCalls(graceMs);
    this.due = new DueFiring({ calls: this.calls, graceMs, storeIn: (manager) => this.store(manager) });
    this.connections = new TickConnections(dataSource);
  }

  /** In this hook because no worker runs yet when an invalid schedule stops the boot. */
  async onModuleInit(): Promise<void> {
    const schedules = this.explorer.explore();
    this.cronJob = await registerCronJob(this.moduleRef, this.name, () => void this.runOnce());
    if (!this.options.schedule.enabled || schedules.length === 0) return;
    if (!this.cronJob) throw scheduleModuleMissing(schedules[0]!);
    this.rows = new ScheduleRows(schedules, this.store());
    if (cronJobsAreOff(this.moduleRef)) this.warnings.add('schedules_off', schedulesOff(schedules));
    for (const schedule of schedules)
      this.planned.set(schedule.name, { schedule, dueMs: Infinity, restUntilMs: -Infinity, failures: 0 });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.planned.size > 0) await afterBootstrap(this.modules, () => this.copyGuard.whenAllowed(() => this.boot()));
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
    const soonMs = this.clock.steadyMs() + REST_MS;
    for (const planned of this.planned.values()) planned.restUntilMs = Math.min(planned.restUntilMs, soonMs);
    return this.runOnce();
  }

  /** Fires what is due. Returns the number of ticks that this replica fired. */
  async runOnce(): Promise<number> {
    if (this.planned.size === 0 || this.status.draining || !this.registering) return 0;
    await this.refreshQuietly();
    return this.fireAllDue();
  }

  private async fireAllDue(): Promise<number> {
    if (this.status.draining) return 0;
    const nowMs = this.clock.steadyMs();
    const due = [...this.planned.values()].filter((planned) => triedAtMs(planned) <= nowMs);
    if (due.length === 0) this.setTimer();
    const fired = await Promise.all(due.map((planned) => this.fireOnce(planned)));
    return fired.filter(Boolean).length;
  }

  private setTimer(): void {
    clearTimeout(this.timer);
    const waiting = [...this.planned.values()].filter(({ schedule }) => !this.firing.has(schedule.name));
    const inMs = Math.min(...waiting.map(triedAtMs)) - this.clock.steadyMs();
    if (inMs < AHEAD_MS) this.timer = setTimeout(() => void this.fireAllDue(), Math.max(0, inMs) + TIMER_EARLY_MS);
  }

  private async register(): Promise<void> {
    await this.refresh();
    // Providers that a scheduled method uses may still be booting.
    for (const planned of this.planned.values()) planned.restUntilMs = this.clock.steadyMs() + REST_MS;
    this.setTimer();
  }

  private async refresh(): Promise<void> {
    if (this.planned.size === 0) return;
    const dueInMs = await this.rows.look();
    for (const [name, planned] of this.planned) planned.dueMs = this.clock.steadyMs() + (dueInMs.get(name) ?? Infinity);
  }

  /** Never rejects: the next read follows within 15 seconds. */
  private refreshQuietly(): Promise<void> {
    this.reading = this.reading
      .then(() => this.refresh())
      .catch((error: unknown) => report('schedules_unread', { cause: error }))
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
      if (error instanceof RequestedRunError) await this.dropRequest(planned, error.cause);
      else if (!isShutdown(error)) await this.postpone(planned, error);
      return false;
    }
  }

  /** A run that was asked for is not tried again, so it delays no tick. */
  private async dropRequest({ schedule }: Planned, error: unknown): Promise<void> {
    const text = errorText(error, redactorOf(this.options.redact));
    report('requested_run_failed', { ...schedule, why: text });
    await this.store()
      .dropRequest(schedule, text)
      .catch(() => {});
  }

  private async postpone(planned: Planned, error: unknown): Promise<void> {
    const { name, where } = planned.schedule;
    const delayMs = retryDelayMs(RETRY, ++planned.failures);
    planned.restUntilMs = this.clock.steadyMs() + delayMs;
    const text = errorText(error, redactorOf(this.options.redact));
    report('schedule_failed', { name, where, delayMs, why: text });
    await this.store()
      .postpone(planned.schedule, delayMs, text)
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

function triedAtMs({ dueMs, restUntilMs }: Planned): number {
  return Math.max(dueMs, restUntilMs);
}
