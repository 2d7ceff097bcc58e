import { catchUpOf, storedCatchUp, type CatchUp } from '../job/catch-up.js';
import type { Overlap } from '../job/overlap.js';
import {
  advanceSchedule,
  lockDueSchedule,
  noteTick,
  recordTick,
  unfinishedJobs,
} from './sql/schedule/fire-schedules.sql.js';
import {
  holdSchedules,
  postponeSchedule,
  readClock,
  readSchedules,
  registerSchedule,
  type ScheduleRow,
} from './sql/schedule/schedules.sql.js';
import { dropRequestedRun, finishRequestedRun } from './sql/schedule/requested-runs.sql.js';
import type { Executor } from './statement.js';

/** A schedule as the code of this process has it. Only a process with the cron text and zone of the row may fire it. */
export interface OwnSchedule {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly catchUp: CatchUp;
}

/** A schedule that this process may fire. Without `own`, it was made at run time, and any process may. */
export interface FiredSchedule {
  readonly name: string;
  readonly own: Pick<OwnSchedule, 'cron' | 'timeZone'> | null;
}

/** What a schedule that was made at run time enqueues. */
export interface ScheduledJobRow {
  type: string;
  payload: unknown;
  overlap: Overlap;
}

export interface DueSchedule {
  /** The text and zone in force. */
  cron: string;
  timeZone: string;
  catchUp: CatchUp;
  /** Null if an operator has set the next run to `-infinity`: the last time before `now`. */
  nextRunAt: Date | null;
  now: Date;
  /** When an operator asked for a run, if that is all that is due. Null if a tick is due. */
  requestedAt: Date | null;
  /** Null if it is a method. */
  job: ScheduledJobRow | null;
  jitterMs: number;
  endsAt: Date | null;
  timesLeft: number | null;
}

export interface ScheduleAdvance {
  /** Null if it has ended. */
  nextRunAt: Date | null;
  plannedAt: Date | null;
  notBefore: Date | null;
  times: number;
}

/** A tick that threw, with its error. `plannedAt` is null if it is not known. */
export interface FailedTick {
  error: string;
  plannedAt: Date | null;
}

/** The largest timeout that PostgreSQL's settings accept, in milliseconds. */
const MAX_LIMIT_MS = 2 ** 31 - 1;
/** As many ticks as are kept. */
const TICKS = 100;

/**
 * Schedules and their ticks, for the processes that fire them.
 *
 * Writes `job_schedules` and `job_schedule_ticks`. Reads `jobs`.
 */
export class ScheduleStore {
  constructor(private readonly executor: Executor) {}

  async now(): Promise<Date> {
    return new Date((await this.executor.run(readClock, []))[0]!.now_ms);
  }

  /** Throws `JobConflictError` if a running tick holds the row for longer than a call may wait. */
  async register(schedule: OwnSchedule, nextRunAt: Date, { onlyAbandoned = false } = {}): Promise<void> {
    const { name, cron, timeZone } = schedule;
    const { catch_up, catch_up_last } = storedCatchUp(schedule.catchUp);
    const params = [name, cron, timeZone, catch_up, catch_up_last, nextRunAt, onlyAbandoned] as const;
    await this.executor.run(registerSchedule, [...params]);
  }

  /** The given schedules, and those made at run time. */
  async read(names: string[]): Promise<Map<string, ScheduleRow>> {
    return new Map((await this.executor.run(readSchedules, [names])).map((row) => [row.name, row]));
  }

  /** Shows that a living process has these schedules. */
  async hold(schedules: readonly Pick<OwnSchedule, 'name' | 'cron' | 'timeZone'>[]): Promise<void> {
    const valuesOf = (key: 'name' | 'cron' | 'timeZone') => schedules.map((schedule) => schedule[key]);
    await this.executor.run(holdSchedules, [valuesOf('name'), valuesOf('cron'), valuesOf('timeZone')]);
  }

  /**
   * Locks a due schedule until the transaction ends. Null if another process has locked it, if it is not due and nobody
   * has asked for a run, or if its row belongs to another cron text or zone. From then on the transaction fails if a
   * statement, or a pause between two, exceeds `limitMs` milliseconds.
   */
  async lockDue({ name, own }: FiredSchedule, limitMs: number): Promise<DueSchedule | null> {
    const limit = String(Math.min(limitMs, MAX_LIMIT_MS));
    const [row] = await this.executor.run(lockDueSchedule, [name, own?.cron ?? null, own?.timeZone ?? null, limit]);
    if (!row) return null;
    return {
      cron: row.cron,
      timeZone: row.time_zone,
      catchUp: catchUpOf(row),
      nextRunAt: row.next_run_ms === -Infinity ? null : new Date(row.next_run_ms),
      now: new Date(row.now_ms),
      requestedAt: row.is_due || row.requested_ms === null ? null : new Date(row.requested_ms),
      job: row.job_type === null ? null : { type: row.job_type, payload: row.payload, overlap: row.overlap },
      jitterMs: row.jitter_ms,
      endsAt: row.ends_ms === null ? null : new Date(row.ends_ms),
      timesLeft: row.times_left,
    };
  }

  /** False if the tick has fired before. */
  async recordTick(name: string, plannedAt: Date): Promise<boolean> {
    return (await this.executor.run(recordTick, [name, plannedAt])).length > 0;
  }

  async noteTick(name: string, plannedAt: Date, became: { outcome: string; jobId: string | null }): Promise<void> {
    await this.executor.run(noteTick, [name, plannedAt, became.outcome, became.jobId]);
  }

  /** The ids of the unfinished jobs of its last hundred ticks. */
  async unfinishedJobs(name: string, shards: number): Promise<string[]> {
    const all = Array.from({ length: shards }, (_, shard) => shard);
    return (await this.executor.run(unfinishedJobs, [name, all, TICKS])).map(({ id }) => id);
  }

  async advance(name: string, { nextRunAt, plannedAt, notBefore, times }: ScheduleAdvance): Promise<void> {
    await this.executor.run(advanceSchedule, [name, nextRunAt, plannedAt, notBefore, times]);
  }

  /** The run that was asked for has fired. */
  async requestDone(name: string, plannedAt: Date): Promise<void> {
    await this.executor.run(finishRequestedRun, [name, plannedAt]);
  }

  /** The run that was asked for has failed. It is not tried again. */
  async dropRequest({ name, own }: FiredSchedule, { error, plannedAt }: FailedTick): Promise<void> {
    await this.executor.run(dropRequestedRun, [name, own?.cron ?? null, own?.timeZone ?? null, error, plannedAt]);
  }

  async postpone({ name, own }: FiredSchedule, delayMs: number, { error, plannedAt }: FailedTick): Promise<void> {
    const [cron, timeZone] = [own?.cron ?? null, own?.timeZone ?? null];
    await this.executor.run(postponeSchedule, [name, cron, timeZone, delayMs, error, plannedAt]);
  }
}
