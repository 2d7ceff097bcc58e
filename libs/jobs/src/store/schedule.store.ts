import type { CatchUp } from '../job/catch-up.js';
import {
  advanceSchedule,
  holdSchedules,
  lockDueSchedule,
  postponeSchedule,
  readClock,
  readSchedules,
  recordTick,
  registerSchedule,
  type ScheduleRow,
} from './sql/schedule/schedules.sql.js';
import { dropRequestedRun, finishRequestedRun } from './sql/schedule/requested-runs.sql.js';
import {
  listSchedules,
  lockSchedule,
  pauseSchedule,
  readScheduleNames,
  requestRun,
  resumeSchedule,
  type ListedScheduleRow,
  type LockedScheduleRow,
} from './sql/schedule/steer-schedules.sql.js';
import type { Executor } from './statement.js';

/** A schedule as the code of this process has it. Only a process with the cron text and zone of the row may fire it. */
export interface OwnSchedule {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly catchUp: CatchUp;
}

export interface DueSchedule {
  /** Null if an operator has set the next run to `-infinity`: the last time before `now`. */
  nextRunAt: Date | null;
  now: Date;
  /** When an operator asked for a run, if that is all that is due. Null if a tick is due. */
  requestedAt: Date | null;
}

const MAX_LISTED = 1_000;
/** The largest timeout that PostgreSQL's settings accept, in milliseconds. */
const MAX_LIMIT_MS = 2 ** 31 - 1;

/**
 * Schedules and their ticks.
 *
 * Writes `job_schedules` and `job_schedule_ticks`.
 */
export class ScheduleStore {
  constructor(private readonly executor: Executor) {}

  async now(): Promise<Date> {
    return new Date((await this.executor.run(readClock, []))[0]!.now_ms);
  }

  /** Throws `JobConflictError` if a running tick holds the row for longer than a call may wait. */
  async register(schedule: OwnSchedule, nextRunAt: Date, { onlyAbandoned = false } = {}): Promise<void> {
    const { name, cron, timeZone, catchUp } = schedule;
    await this.executor.run(registerSchedule, [name, cron, timeZone, catchUp, nextRunAt, onlyAbandoned]);
  }

  async read(names: string[]): Promise<Map<string, ScheduleRow>> {
    return new Map((await this.executor.run(readSchedules, [names])).map((row) => [row.name, row]));
  }

  /** Shows that a living process has these schedules. */
  async hold(schedules: readonly OwnSchedule[]): Promise<void> {
    const valuesOf = (key: 'name' | 'cron' | 'timeZone') => schedules.map((schedule) => schedule[key]);
    await this.executor.run(holdSchedules, [valuesOf('name'), valuesOf('cron'), valuesOf('timeZone')]);
  }

  /**
   * Locks a due schedule until the transaction ends. Null if another process has locked it, if it is not due and nobody
   * has asked for a run, or if its row has another cron text or zone. From then on the transaction fails if a statement, or a pause between two,
   * exceeds `limitMs` milliseconds.
   */
  async lockDue({ name, cron, timeZone }: OwnSchedule, limitMs: number): Promise<DueSchedule | null> {
    const limit = String(Math.min(limitMs, MAX_LIMIT_MS));
    const [row] = await this.executor.run(lockDueSchedule, [name, cron, timeZone, limit]);
    if (!row) return null;
    return {
      nextRunAt: row.next_run_ms === -Infinity ? null : new Date(row.next_run_ms),
      now: new Date(row.now_ms),
      requestedAt: row.is_due || row.requested_ms === null ? null : new Date(row.requested_ms),
    };
  }

  /** False if the tick has fired before. */
  async recordTick(name: string, plannedAt: Date): Promise<boolean> {
    return (await this.executor.run(recordTick, [name, plannedAt])).length > 0;
  }

  async advance(name: string, nextRunAt: Date, plannedAt: Date | null): Promise<void> {
    await this.executor.run(advanceSchedule, [name, nextRunAt, plannedAt]);
  }

  /** The run that was asked for has fired. */
  async requestDone(name: string, plannedAt: Date): Promise<void> {
    await this.executor.run(finishRequestedRun, [name, plannedAt]);
  }

  /** The run that was asked for has failed. It is not tried again. */
  async dropRequest({ name, cron, timeZone }: OwnSchedule, error: string): Promise<void> {
    await this.executor.run(dropRequestedRun, [name, cron, timeZone, error]);
  }

  /** The given schedules, or all up to 1,000, each with its last `ticks` ticks. */
  list(names: string[] | null, ticks: number): Promise<ListedScheduleRow[]> {
    return this.executor.run(listSchedules, [names, ticks, MAX_LISTED]);
  }

  async names(): Promise<string[]> {
    return (await this.executor.run(readScheduleNames, [])).map(({ name }) => name);
  }

  /** Locks a schedule until the transaction ends, for a change by an operator. Null if there is none. */
  async lock(name: string): Promise<LockedScheduleRow | null> {
    return (await this.executor.run(lockSchedule, [name]))[0] ?? null;
  }

  async pause(name: string, by: string | null): Promise<void> {
    await this.executor.run(pauseSchedule, [name, by]);
  }

  async resume(name: string, nextRunAt: Date): Promise<void> {
    await this.executor.run(resumeSchedule, [name, nextRunAt]);
  }

  async requestRun(name: string): Promise<void> {
    await this.executor.run(requestRun, [name]);
  }

  async postpone({ name, cron, timeZone }: OwnSchedule, delayMs: number, error: string): Promise<void> {
    await this.executor.run(postponeSchedule, [name, cron, timeZone, delayMs, error]);
  }
}
