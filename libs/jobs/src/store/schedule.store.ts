import type { CatchUp } from '../job/catch-up.js';
import {
  advanceSchedule,
  lockDueSchedule,
  postponeSchedule,
  readClock,
  readSchedules,
  recordTick,
  registerSchedule,
} from './sql/schedules.sql.js';
import type { Executor } from './statement.js';

/** What the database knows of the schedules. */
export class ScheduleStore {
  constructor(private readonly executor: Executor) {}

  async now(): Promise<Date> {
    return (await this.executor.run(readClock, []))[0]!.now;
  }

  async register(name: string, cron: string, timeZone: string, catchUp: CatchUp, nextRunAt: Date): Promise<void> {
    await this.executor.run(registerSchedule, [name, cron, timeZone, catchUp, nextRunAt]);
  }

  /** Milliseconds until each schedule should be looked at; negative if it is due. */
  async dueInMs(names: string[]): Promise<Map<string, number>> {
    const rows = await this.executor.run(readSchedules, [names]);
    return new Map(rows.map((row) => [row.name, row.due_in_ms]));
  }

  /** Locks a due schedule until the transaction ends; null if another replica has it or it is not due. */
  async lockDue(name: string): Promise<{ nextRunAt: Date; now: Date } | null> {
    const [row] = await this.executor.run(lockDueSchedule, [name]);
    return row ? { nextRunAt: row.next_run_at, now: row.now } : null;
  }

  /** False if the tick has fired before. */
  async recordTick(name: string, plannedAt: Date): Promise<boolean> {
    return (await this.executor.run(recordTick, [name, plannedAt])).length > 0;
  }

  async advance(name: string, nextRunAt: Date, plannedAt: Date | null): Promise<void> {
    await this.executor.run(advanceSchedule, [name, nextRunAt, plannedAt]);
  }

  async postpone(name: string, delayMs: number, error: string): Promise<void> {
    await this.executor.run(postponeSchedule, [name, delayMs, error]);
  }
}
