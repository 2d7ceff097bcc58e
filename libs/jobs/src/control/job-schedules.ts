import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobConflictError } from '../job/job.errors.js';
import { optionNames, requireKnownOptions } from '../job/validate/known-options.js';
import { requireInteger, requireName } from '../job/validate/option-checks.js';
import { isLockTimeout } from '../store/connection/database-errors.js';
import { ScheduleStore } from '../store/schedule.store.js';
import type { Executor } from '../store/statement.js';
import type { LockedScheduleRow } from '../store/sql/schedule/steer-schedules.sql.js';
import { nextTimes } from './next-times.js';
import { cut, OPERATOR_OPTIONS, Operations, type OperatorOptions, type Shared } from './operations.js';
import { toSchedule, type JobScheduleView } from './schedule-view.js';
import { unknownName } from './unknown-name.js';

const READ_OPTIONS = optionNames<Pick<OperatorOptions, 'manager'>>({ manager: true });
const TICKS = 5;
const PREVIEWED = 5;
const MAX_PREVIEWED = 100;

type Change = (store: ScheduleStore, row: LockedScheduleRow) => Promise<void>;

/**
 * Shows the schedules of all processes, pauses and resumes them, and runs them by hand. What is set here outlasts restarts
 * and deployments, also those that change the cron text.
 *
 * `pause`, `resume` and `runNow` throw `JobsError` JOBS_UNKNOWN_SCHEDULE with the nearest known name, and
 * `JobConflictError` JOBS_SCHEDULE_RUNNING if one of its ticks runs for longer than `waitTimeoutMs`.
 */
@Injectable()
export class JobSchedules {
  private readonly shared: Shared<JobScheduleView[]>;

  constructor(private readonly operations: Operations) {
    this.shared = operations.share(() => this.read(null, null));
  }

  /**
   * All schedules by name, at most 1,000, with their next five times and their last five ticks. Calls within two seconds
   * share an answer, unless one of these methods has changed a schedule in between.
   */
  async list(given: Pick<OperatorOptions, 'manager'> = {}): Promise<JobScheduleView[]> {
    requireKnownOptions('', given, READ_OPTIONS);
    return this.shared(given.manager) ?? this.read(null, given.manager);
  }

  /** One schedule as in `list()`. Throws `JobsError` JOBS_UNKNOWN_SCHEDULE. */
  async get(name: string, given: Pick<OperatorOptions, 'manager'> = {}): Promise<JobScheduleView> {
    requireName('name', name);
    requireKnownOptions('', given, READ_OPTIONS);
    const [found] = await this.read([name], given.manager);
    if (!found)
      throw await this.operations.read(given.manager, (executor) => unknown(new ScheduleStore(executor), name));
    return found;
  }

  /** Pauses a schedule. Its ticks do not fire, and those that it misses are not made up for. */
  async pause(name: string, given: OperatorOptions = {}): Promise<JobScheduleView> {
    return this.change('schedule.pause', name, given, (store) =>
      store.pause(name, given.actor === undefined ? null : cut(given.actor)),
    );
  }

  /** Resumes a schedule with the next time after now. One that is not paused stays as it is. */
  async resume(name: string, given: OperatorOptions = {}): Promise<JobScheduleView> {
    return this.change('schedule.resume', name, given, async (store, { is_paused: isPaused, ...row }) => {
      if (!isPaused) return;
      const [next] = nextTimes({ cron: row.cron, timeZone: row.time_zone }, new Date(row.now_ms), 1);
      if (!next) throw noTimes(name, row);
      await store.resume(name, next);
    });
  }

  /**
   * Asks for one run now, also of a paused schedule. One process fires it, at once where NOTIFY arrives and else within 15
   * seconds, and records it as a tick with the time of the request as `plannedAt`. If the method throws, the run is not
   * tried again: `lastError` says why. Until it has fired, further requests are the same run.
   *
   * Also throws `JobConflictError` JOBS_SCHEDULE_NOT_HELD if no running process has the schedule.
   */
  async runNow(name: string, given: OperatorOptions = {}): Promise<JobScheduleView> {
    return this.change('schedule.run', name, given, async (store, { is_held: isHeld }) => {
      if (!isHeld) throw notHeld(name);
      await store.requestRun(name);
    });
  }

  /**
   * The next times of a schedule after now, paused or not. `count`: 1 to 100, default 5. Throws `JobsError`
   * JOBS_UNKNOWN_SCHEDULE.
   */
  async preview(name: string, count: number = PREVIEWED): Promise<Date[]> {
    requireInteger('count', count, 1, MAX_PREVIEWED);
    const { cron, timeZone, readAt } = await this.get(name);
    return nextTimes({ cron, timeZone }, readAt, count);
  }

  private async change(action: string, name: string, given: OperatorOptions, change: Change): Promise<JobScheduleView> {
    requireName('name', name);
    requireKnownOptions('', given, OPERATOR_OPTIONS);
    const lockAndChange = async (store: ScheduleStore) => {
      const row = await store.lock(name);
      if (!row) throw await unknown(store, name);
      await change(store, row);
      return toSchedule((await store.list([name], TICKS))[0]!);
    };
    const operation = { action, details: { schedule: name } };
    const work = (executor: Executor) => lockAndChange(new ScheduleStore(executor));
    return this.operations.change(given, operation, work, (error) =>
      isLockTimeout(error) ? stillRunning(name, error) : error,
    );
  }

  private async read(names: string[] | null, manager: EntityManager | null | undefined): Promise<JobScheduleView[]> {
    const rows = await this.operations.read(manager, (executor) => new ScheduleStore(executor).list(names, TICKS));
    return rows.map(toSchedule);
  }
}

async function unknown(store: ScheduleStore, name: string): Promise<Error> {
  return unknownName({ code: 'JOBS_UNKNOWN_SCHEDULE', kind: 'schedule', name, known: await store.names() });
}

function noTimes(name: string, { cron, time_zone: timeZone }: Pick<LockedScheduleRow, 'cron' | 'time_zone'>): Error {
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_WITHOUT_TIMES',
    what: `The schedule "${name}" stays paused: its cron text "${cron}" in ${timeZone} names no time here.`,
    fix: 'Correct the text in @ScheduledJob and deploy it, or resume it from a process that knows the time zone.',
  });
}

function notHeld(name: string): Error {
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_NOT_HELD',
    what: `No running process has the schedule "${name}", so nobody would run it.`,
    fix: 'Start a process whose providers have its @ScheduledJob, with a role other than "producer".',
  });
}

function stillRunning(name: string, cause: unknown): Error {
  return new JobConflictError({
    code: 'JOBS_SCHEDULE_RUNNING',
    what: `A tick of the schedule "${name}" is running, and holds its row. Nothing was changed.`,
    fix: 'Try again once it has ended, at the latest after the timeoutMs of its @ScheduledJob.',
    cause,
  });
}
