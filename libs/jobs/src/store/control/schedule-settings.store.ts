import {
  createSchedule,
  madeParams,
  readSchedulePayload,
  removeSchedule,
  setSchedule,
  setScheduleText,
  type MadeSchedule,
  type NextRun,
} from '../sql/schedule/make-schedules.sql.js';
import { readClock } from '../sql/schedule/schedules.sql.js';
import {
  listSchedules,
  lockSchedule,
  pauseSchedule,
  readScheduleNames,
  requestRun,
  resumeSchedule,
  type ListedScheduleRow,
  type LockedScheduleRow,
} from '../sql/schedule/steer-schedules.sql.js';
import type { Executor } from '../statement.js';

/** The cron text and zone of a method. `code` is what they replace; null if they are the code's. */
export interface ScheduleText {
  cron: string;
  timeZone: string;
  code: { cron: string; timeZone: string } | null;
  by: string | null;
}

const MAX_LISTED = 1_000;

/**
 * What operators see and set of schedules.
 *
 * Writes `job_schedules` and `job_schedule_ticks`.
 */
export class ScheduleSettingsStore {
  constructor(private readonly executor: Executor) {}

  /** The given schedules, or all up to 1,000, each with its last `ticks` ticks. */
  list(names: string[] | null, ticks: number): Promise<ListedScheduleRow[]> {
    return this.executor.run(listSchedules, [names, ticks, MAX_LISTED]);
  }

  async now(): Promise<Date> {
    return new Date((await this.executor.run(readClock, []))[0]!.now_ms);
  }

  async names(): Promise<string[]> {
    return (await this.executor.run(readScheduleNames, [])).map(({ name }) => name);
  }

  /** The payload of a schedule that was made at run time. Undefined if there is no such schedule. */
  async payload(name: string): Promise<unknown> {
    return (await this.executor.run(readSchedulePayload, [name]))[0]?.payload;
  }

  /** Locks a schedule until the transaction ends, for a change by an operator. Null if there is none. */
  async lock(name: string): Promise<LockedScheduleRow | null> {
    return (await this.executor.run(lockSchedule, [name]))[0] ?? null;
  }

  /** False if one has the name, or `most` have been made already. */
  async create(made: MadeSchedule, next: NextRun, most: number): Promise<boolean> {
    return (await this.executor.run(createSchedule, [...madeParams(made, next), most])).length > 0;
  }

  async set(made: MadeSchedule, next: NextRun): Promise<void> {
    await this.executor.run(setSchedule, madeParams(made, next));
  }

  async setText(name: string, { cron, timeZone, code, by }: ScheduleText, nextRunAt: Date): Promise<void> {
    const params = [name, cron, timeZone, code?.cron ?? null, code?.timeZone ?? null, by, nextRunAt] as const;
    await this.executor.run(setScheduleText, [...params]);
  }

  /** Removes it together with its ticks. */
  async remove(name: string): Promise<void> {
    await this.executor.run(removeSchedule, [name]);
  }

  async pause(name: string, by: string | null): Promise<void> {
    await this.executor.run(pauseSchedule, [name, by]);
  }

  async resume(name: string, { nextRunAt, notBefore }: NextRun): Promise<void> {
    await this.executor.run(resumeSchedule, [name, nextRunAt, notBefore]);
  }

  async requestRun(name: string): Promise<void> {
    await this.executor.run(requestRun, [name]);
  }
}
