import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { optionNames, requireKnownOptions } from '../../job/validate/known-options.js';
import { requireInteger, requireName } from '../../job/validate/option-checks.js';
import { JOBS_OPTIONS, type JobsOptions } from '../../jobs.options.js';
import { firstRun } from '../../schedule/next-run.js';
import { SCHEDULED_JOBS, type ScheduledJobs } from '../../schedule/scheduled-jobs.js';
import { isLockTimeout } from '../../store/connection/database-errors.js';
import { ScheduleSettingsStore } from '../../store/control/schedule-settings.store.js';
import type { LockedScheduleRow } from '../../store/sql/schedule/steer-schedules.sql.js';
import type { Executor } from '../../store/statement.js';
import { OPERATOR_OPTIONS, Operations, type OperatorOptions, type Shared } from '../operations.js';
import { unknownName } from '../unknown-name.js';
import { byOf, ScheduleMaking } from './make-schedule.js';
import { boundsOf, lastTimeOf } from './next-run-of.js';
import { nextTimes, ticksOrNull } from './next-times.js';
import { Clock } from '../../support/time/clock.js';
import { previewTimes, type SchedulePreview } from './preview-times.js';
import { declaredAndHeld, hasEnded, noTimes, notDeclared, notHeld, stillRunning } from './schedule-errors.js';
import type { NewSchedule, ScheduleSettings } from './schedule-options.js';
import { toSchedule, type JobScheduleView } from './schedule-view.js';

const READ_OPTIONS = optionNames<Pick<OperatorOptions, 'manager'>>({ manager: true });
const TICKS = 5;
const ALL_TICKS = 100;
const PREVIEWED = 5;
const MAX_PREVIEWED = 100;

type Change = (store: ScheduleSettingsStore, row: LockedScheduleRow) => Promise<void>;

/**
 * Shows the schedules of all processes, pauses, resumes and changes them, and runs them by hand. Makes schedules that
 * enqueue a job: any process that imports `ScheduleModule.forRoot()` and is no producer fires them. What is set here
 * outlasts restarts and deployments.
 *
 * Methods that take a name throw `JobsError` JOBS_UNKNOWN_SCHEDULE with the nearest known name. Those that change
 * something throw `JobConflictError` JOBS_SCHEDULE_RUNNING if one of its ticks runs for longer than `waitTimeoutMs`.
 */
@Injectable()
export class JobSchedules {
  private readonly shared: Shared<JobScheduleView[]>;
  private readonly making: ScheduleMaking;

  constructor(
    private readonly operations: Operations,
    @Inject(JOBS_OPTIONS) private readonly options: Pick<JobsOptions, 'schedule' | 'maxPayloadBytes'>,
    @Inject(SCHEDULED_JOBS) jobs: Pick<ScheduledJobs, 'definition'>,
    private readonly clock: Clock,
  ) {
    this.shared = operations.share(() => this.read(null, null, TICKS));
    this.making = new ScheduleMaking(jobs, options, clock);
  }

  /**
   * All schedules by name, at most 1,000, with their next five times and their last five ticks. Calls within two seconds
   * share an answer, unless one of these methods has changed a schedule in between.
   */
  async list(given: Pick<OperatorOptions, 'manager'> = {}): Promise<JobScheduleView[]> {
    requireKnownOptions('', given, READ_OPTIONS);
    return this.shared(given.manager) ?? this.read(null, given.manager, TICKS);
  }

  /** One schedule as in `list()`, with its last hundred ticks. */
  async get(name: string, given: Pick<OperatorOptions, 'manager'> = {}): Promise<JobScheduleView> {
    requireName('name', name);
    requireKnownOptions('', given, READ_OPTIONS);
    const [found] = await this.read([name], given.manager, ALL_TICKS);
    if (!found) throw await this.operations.read(given.manager, (executor) => unknown(executor, name));
    return found;
  }

  /** The payload of each job of a schedule that was made at run time. Undefined if there is no such schedule. */
  async payload(name: string, given: Pick<OperatorOptions, 'manager'> = {}): Promise<unknown> {
    requireName('name', name);
    requireKnownOptions('', given, READ_OPTIONS);
    return this.operations.read(given.manager, (executor) => new ScheduleSettingsStore(executor).payload(name));
  }

  /**
   * Makes a schedule that enqueues a job at the times of its cron text. Throws:
   * - `InvalidJobOptionError` for options that are not valid, or that leave no time to fire;
   * - `InvalidPayloadError` if this process has the definition and the payload does not match it;
   * - `UnknownJobTypeError` if no application has registered the type;
   * - `JobConflictError` JOBS_SCHEDULE_EXISTS, or from 1,000 schedules on JOBS_TOO_MANY_SCHEDULES.
   */
  async create(schedule: NewSchedule, given: OperatorOptions = {}): Promise<JobScheduleView> {
    requireKnownOptions('', given, OPERATOR_OPTIONS);
    const draft = await this.making.draft(schedule, given);
    return this.write('schedule.create', given, draft, (store) => this.making.create(store, draft));
  }

  /**
   * As `create`, or gives the schedule with this name exactly these settings. A pause lasts, and so does the count of
   * `times` if that stays the same. Throws `JobConflictError` JOBS_SCHEDULE_DECLARED if a method has the name.
   */
  async upsert(schedule: NewSchedule, given: OperatorOptions = {}): Promise<JobScheduleView> {
    requireKnownOptions('', given, OPERATOR_OPTIONS);
    const draft = await this.making.draft(schedule, given);
    return this.write('schedule.upsert', given, draft, (store) => this.making.upsert(store, draft));
  }

  /**
   * Changes the given settings. A tick that is due still fires, `times` are counted from now on, and a pause lasts. Of a
   * method with `@ScheduledJob`, the cron text and the time zone can be changed: until `reset()`, or until they change in
   * the code. Throws what `create` throws, and `JobConflictError` JOBS_SCHEDULE_DECLARED for other settings of a method.
   */
  async change(
    name: string,
    changes: Partial<ScheduleSettings>,
    given: OperatorOptions = {},
  ): Promise<JobScheduleView> {
    requireName('name', name);
    requireKnownOptions('', given, OPERATOR_OPTIONS);
    const typeNow = async () => (await this.get(name, { manager: given.manager })).job;
    const draft = await this.making.draftOfChange(name, changes, given, typeNow);
    return this.write('schedule.change', given, draft, async (store) =>
      this.making.change(store, draft, await lockKnown(store, name)),
    );
  }

  /** Puts back the cron text and the time zone that a method has in the code. Throws JOBS_SCHEDULE_NOT_DECLARED. */
  async reset(name: string, given: OperatorOptions = {}): Promise<JobScheduleView> {
    return this.steer('schedule.reset', name, given, async (store, row) => {
      if (row.job_type !== null) throw notDeclared(name);
      await this.making.reset(store, name, row);
    });
  }

  /**
   * Removes a schedule that was made at run time, or a method that no running process has, with its ticks. It does not fire
   * any more. Its jobs stay. Throws `JobConflictError` JOBS_SCHEDULE_DECLARED if a running process would register it again.
   */
  async remove(name: string, given: OperatorOptions = {}): Promise<void> {
    requireName('name', name);
    requireKnownOptions('', given, OPERATOR_OPTIONS);
    await this.inTransaction('schedule.remove', given, { schedule: name }, async (store) => {
      const row = await lockKnown(store, name);
      if (row.job_type === null && row.is_held) throw declaredAndHeld(name);
      await store.remove(name);
    });
  }

  /** Pauses a schedule. Its ticks do not fire, and those that it misses are not made up for. */
  async pause(name: string, given: OperatorOptions = {}): Promise<JobScheduleView> {
    return this.steer('schedule.pause', name, given, async (store, row) => {
      if (row.has_ended) throw hasEnded(name);
      await store.pause(name, byOf(given));
    });
  }

  /** Resumes a schedule with the next time after now. One that is not paused stays as it is. */
  async resume(name: string, given: OperatorOptions = {}): Promise<JobScheduleView> {
    return this.steer('schedule.resume', name, given, async (store, row) => {
      if (!row.is_paused) return;
      const next = ticksOrNull({ cron: row.cron, timeZone: row.time_zone });
      if (!next) throw noTimes(name, row);
      await store.resume(name, firstRun(next, lastTimeOf(row), boundsOf(row)));
    });
  }

  /**
   * Asks for one run now, also of a paused schedule. One process fires it, at once where NOTIFY arrives and else within 15
   * seconds, and records it as a tick with the time of the request as `plannedAt`. If it throws, the run is not tried
   * again: `lastError` says why. Until it has fired, further requests are the same run.
   *
   * Also throws `JobConflictError` JOBS_SCHEDULE_NOT_HELD if no running process has the schedule.
   */
  async runNow(name: string, given: OperatorOptions = {}): Promise<JobScheduleView> {
    return this.steer('schedule.run', name, given, async (store, row) => {
      if (!row.is_held) throw notHeld(name, row);
      await store.requestRun(name);
    });
  }

  /**
   * The next times of a schedule after now, paused or not, or of one that need not exist, at most those of 30 years.
   * `count`: 1 to 100, default 5. Throws `JobsError` JOBS_UNKNOWN_SCHEDULE, or `InvalidJobOptionError`.
   */
  async preview(schedule: string | SchedulePreview, count: number = PREVIEWED): Promise<Date[]> {
    requireInteger('count', count, 1, MAX_PREVIEWED);
    const now = new Date(this.clock.epochMs());
    if (typeof schedule !== 'string') return previewTimes(schedule, this.options.schedule.timeZone, now, count);
    const { cron, timeZone, readAt } = await this.get(schedule);
    return nextTimes({ cron, timeZone }, readAt, count);
  }

  private async steer(action: string, name: string, given: OperatorOptions, change: Change): Promise<JobScheduleView> {
    requireName('name', name);
    requireKnownOptions('', given, OPERATOR_OPTIONS);
    return this.write(action, given, { name, details: { schedule: name } }, async (store) =>
      change(store, await lockKnown(store, name)),
    );
  }

  private write(
    action: string,
    given: OperatorOptions,
    { name, details }: { name: string; details: Record<string, unknown> },
    work: (store: ScheduleSettingsStore) => Promise<void>,
  ): Promise<JobScheduleView> {
    return this.inTransaction(action, given, details, async (store) => {
      await work(store);
      return toSchedule((await store.list([name], TICKS))[0]!);
    });
  }

  private inTransaction<T>(
    action: string,
    given: OperatorOptions,
    details: Record<string, unknown>,
    work: (store: ScheduleSettingsStore) => Promise<T>,
  ): Promise<T> {
    const inStore = (executor: Executor) => work(new ScheduleSettingsStore(executor));
    return this.operations.change(given, { action, details }, inStore, (error) =>
      isLockTimeout(error) ? stillRunning(String(details['schedule']), error) : error,
    );
  }

  private async read(
    names: string[] | null,
    manager: EntityManager | null | undefined,
    ticks: number,
  ): Promise<JobScheduleView[]> {
    const list = (executor: Executor) => new ScheduleSettingsStore(executor).list(names, ticks);
    return (await this.operations.read(manager, list)).map(toSchedule);
  }
}

async function lockKnown(store: ScheduleSettingsStore, name: string): Promise<LockedScheduleRow> {
  const row = await store.lock(name);
  if (row) return row;
  throw unknownName({ code: 'JOBS_UNKNOWN_SCHEDULE', kind: 'schedule', name, known: await store.names() });
}

async function unknown(executor: Executor, name: string): Promise<Error> {
  const known = await new ScheduleSettingsStore(executor).names();
  return unknownName({ code: 'JOBS_UNKNOWN_SCHEDULE', kind: 'schedule', name, known });
}
