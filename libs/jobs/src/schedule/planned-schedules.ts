import { DEFAULT_TIMEOUT_MS } from '../job/job-definition.js';
import type { Clock } from '../support/time/clock.js';
import type { Schedule } from './schedule.explorer.js';

/** A schedule that this process may fire. */
export interface FiringSchedule {
  name: string;
  /** Its method. Null if it was made at run time, to enqueue a job. */
  own: Schedule | null;
  timeoutMs: number;
  /** For messages. */
  where: string;
}

/** A schedule in a look at the rows. */
export interface SeenSchedule {
  schedule: FiringSchedule;
  dueInMs: number;
}

/** Times are milliseconds of `Clock.steadyMs()`, so that a jump of the wall clock fires nothing. */
export interface Planned {
  readonly schedule: FiringSchedule;
  dueMs: number;
  /** The schedule is not tried before this time, even if the database says that it is due. */
  restUntilMs: number;
  failures: number;
}

export function methodSchedule(own: Schedule): FiringSchedule {
  const { name, timeoutMs, where } = own;
  return { name, own, timeoutMs, where };
}

export function madeSchedule(name: string): FiringSchedule {
  return { name, own: null, timeoutMs: DEFAULT_TIMEOUT_MS, where: 'made at run time' };
}

/** When this process tries which schedule next. */
export class PlannedSchedules {
  private all = new Map<string, Planned>();

  constructor(private readonly clock: Clock) {}

  /** Takes exactly what a look at the rows has found. */
  follow(seen: readonly SeenSchedule[]): void {
    const before = this.all;
    const nowMs = this.clock.steadyMs();
    this.all = new Map(
      seen.map(({ schedule, dueInMs }) => {
        const known = before.get(schedule.name);
        const planned: Planned =
          known?.schedule.own === schedule.own
            ? known
            : { schedule, dueMs: Infinity, restUntilMs: -Infinity, failures: 0 };
        planned.dueMs = nowMs + dueInMs;
        return [schedule.name, planned];
      }),
    );
  }

  /** None is tried before this time. */
  restUntil(timeMs: number): void {
    for (const planned of this.all.values()) planned.restUntilMs = timeMs;
  }

  /** None rests longer than until this time. */
  restAtMostUntil(timeMs: number): void {
    for (const planned of this.all.values()) planned.restUntilMs = Math.min(planned.restUntilMs, timeMs);
  }

  due(): Planned[] {
    const nowMs = this.clock.steadyMs();
    return [...this.all.values()].filter((planned) => triedAtMs(planned) <= nowMs);
  }

  /** When the next of them is tried, without those that are `busy`. Infinity if none is. */
  nextTryMs(busy: { has: (name: string) => boolean }): number {
    let nextMs = Infinity;
    for (const planned of this.all.values())
      if (!busy.has(planned.schedule.name)) nextMs = Math.min(nextMs, triedAtMs(planned));
    return nextMs;
  }

  clear(): void {
    this.all.clear();
  }
}

function triedAtMs({ dueMs, restUntilMs }: Planned): number {
  return Math.max(dueMs, restUntilMs);
}
