import type { EntityManager } from 'typeorm';
import { JobAbortedError } from '../job/job.errors.js';
import type { DueSchedule, ScheduleStore } from '../store/schedule.store.js';
import { requireCron, ticksOf, type NextTick } from './cron/cron-times.js';
import { dueTick } from './due-ticks.js';
import { boundedRun } from './next-run.js';
import type { FiringSchedule } from './planned-schedules.js';
import { enqueueTick, type ScheduledJobs, type TickOutcome } from './scheduled-jobs.js';
import type { TickCalls } from './tick-calls.js';
import { report } from '../report/report.js';

/** A tick, or a run that an operator asked for, has failed, with the reason as its cause. */
export class FailedRunError extends Error {
  constructor(
    readonly plannedAt: Date,
    readonly isRequested: boolean,
    cause: unknown,
  ) {
    super('The run of a schedule has failed', { cause });
  }
}

export interface DueFiringParts {
  calls: Pick<TickCalls, 'run'>;
  graceMs: number;
  shards: number;
  jobs: ScheduledJobs;
  storeIn: (manager: EntityManager) => ScheduleStore;
}

interface Firing {
  schedule: FiringSchedule;
  due: DueSchedule;
  store: ScheduleStore;
  manager: EntityManager;
}

const FIRED: TickOutcome = { outcome: 'fired', jobId: null };

/** Fires what is due of a schedule, in the transaction of the tick. */
export class DueFiring {
  constructor(private readonly parts: DueFiringParts) {}

  /**
   * Fires the tick that is due, or else the run that an operator asked for. Returns whether it fired. Throws
   * `FailedRunError` if the method throws.
   */
  async fire(schedule: FiringSchedule, manager: EntityManager): Promise<boolean> {
    const store = this.parts.storeIn(manager);
    const due = await store.lockDue(schedule, schedule.timeoutMs + this.parts.graceMs);
    if (!due) return false;
    const firing = { schedule, due, store, manager };
    return due.requestedAt === null ? this.fireTick(firing) : this.fireRequested(firing, due.requestedAt);
  }

  private async fireTick(firing: Firing): Promise<boolean> {
    const { schedule, due, store } = firing;
    const next = ticksInForce(schedule, due);
    const { plannedAt, nextRunAt } = dueTick(due.catchUp, due.nextRunAt, due.now, next, due.endsAt);
    const became = plannedAt && (await this.run(firing, plannedAt));
    const times = due.timesLeft !== null && became && became.outcome !== 'skipped' ? 1 : 0;
    const timesLeft = due.timesLeft === null ? null : due.timesLeft - times;
    const following = boundedRun(next, nextRunAt, { ...due, startsAt: null, timesLeft });
    await store.advance(schedule.name, { ...following, plannedAt, times });
    if (became) report('schedule_fired', { name: schedule.name, outcome: became.outcome, plannedAt });
    return became !== null;
  }

  private async fireRequested(firing: Firing, plannedAt: Date): Promise<boolean> {
    const { schedule, store } = firing;
    const became = await this.run(firing, plannedAt);
    await store.requestDone(schedule.name, plannedAt);
    if (became) report('requested_run_fired', { name: schedule.name, outcome: became.outcome, requestedAt: plannedAt });
    return became !== null;
  }

  /** Null if the tick has fired before. */
  private async run({ schedule, due, store, manager }: Firing, plannedAt: Date): Promise<TickOutcome | null> {
    const { name } = schedule;
    if (!(await store.recordTick(name, plannedAt))) return null;
    const tick = { name, plannedAt, manager };
    try {
      if (schedule.own) {
        await this.parts.calls.run(schedule.own, tick);
        return FIRED;
      }
      const { jobs, shards, calls } = this.parts;
      const unfinished = () => store.unfinishedJobs(name, shards);
      const fire = () => enqueueTick(due.job!, unfinished, jobs, manager);
      const became = await calls.run({ ...schedule, fire }, tick);
      await store.noteTick(name, plannedAt, became);
      return became;
    } catch (error) {
      if (isShutdown(error)) throw error;
      throw new FailedRunError(plannedAt, due.requestedAt !== null, error);
    }
  }
}

/** The tick was rolled back by the shutdown. That is no failure of the method. */
export function isShutdown(error: unknown): boolean {
  return error instanceof JobAbortedError && error.code === 'shutdown';
}

/** An operator may have replaced the text of a method. Throws if what is in the row is no text. */
function ticksInForce({ own }: FiringSchedule, { cron, timeZone }: DueSchedule): NextTick {
  if (own && own.cron === cron && own.timeZone === timeZone) return own.next;
  requireCron('schedule', cron, timeZone);
  return ticksOf(cron, timeZone);
}
