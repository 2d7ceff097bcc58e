import type { EntityManager } from 'typeorm';
import { JobAbortedError } from '../job/job.errors.js';
import type { DueSchedule, ScheduleStore } from '../store/schedule.store.js';
import { dueTick } from './due-ticks.js';
import type { Schedule } from './schedule.explorer.js';
import type { TickCalls } from './tick-calls.js';
import { report } from '../report/report.js';

/** A run that an operator asked for has failed, with the reason as its cause. */
export class RequestedRunError extends Error {}

export interface DueFiringParts {
  calls: Pick<TickCalls, 'run'>;
  graceMs: number;
  storeIn: (manager: EntityManager) => ScheduleStore;
}

/** Fires what is due of a schedule, in the transaction of the tick. */
export class DueFiring {
  constructor(private readonly parts: DueFiringParts) {}

  /**
   * Fires the tick that is due, or else the run that an operator asked for. Returns whether it fired. Throws what the
   * method throws, for a run that was asked for as `RequestedRunError`.
   */
  async fire(schedule: Schedule, manager: EntityManager): Promise<boolean> {
    const due = await this.parts.storeIn(manager).lockDue(schedule, schedule.timeoutMs + this.parts.graceMs);
    if (!due) return false;
    return due.requestedAt === null
      ? this.fireTick(schedule, due, manager)
      : this.fireRequested(schedule, due.requestedAt, manager);
  }

  private async fireTick(schedule: Schedule, due: DueSchedule, manager: EntityManager): Promise<boolean> {
    const { name } = schedule;
    const store = this.parts.storeIn(manager);
    const { plannedAt, nextRunAt } = dueTick(schedule.catchUp, due.nextRunAt, due.now, schedule.next);
    const fires = plannedAt !== null && (await store.recordTick(name, plannedAt));
    if (fires) await this.parts.calls.run(schedule, { name, plannedAt, manager });
    await store.advance(name, nextRunAt, plannedAt);
    if (fires) report('schedule_fired', { name, plannedAt });
    return fires;
  }

  private async fireRequested(schedule: Schedule, plannedAt: Date, manager: EntityManager): Promise<boolean> {
    const { name } = schedule;
    const store = this.parts.storeIn(manager);
    const fires = await store.recordTick(name, plannedAt);
    if (fires) await this.call(schedule, plannedAt, manager);
    await store.requestDone(name, plannedAt);
    if (fires) report('requested_run_fired', { name, requestedAt: plannedAt });
    return fires;
  }

  private async call(schedule: Schedule, plannedAt: Date, manager: EntityManager): Promise<void> {
    try {
      await this.parts.calls.run(schedule, { name: schedule.name, plannedAt, manager });
    } catch (error) {
      if (isShutdown(error)) throw error;
      throw new RequestedRunError(`The run of "${schedule.name}" that was asked for has failed`, { cause: error });
    }
  }
}

/** The tick was rolled back by the shutdown. That is no failure of the method. */
export function isShutdown(error: unknown): boolean {
  return error instanceof JobAbortedError && error.code === 'shutdown';
}
