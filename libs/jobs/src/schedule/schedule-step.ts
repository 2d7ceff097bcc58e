import type { OwnSchedule } from '../store/schedule.store.js';

/**
 * - `register`: write the row as the code has it.
 * - `take-over`: the same, unless a process with the row's text or zone turns up meanwhile.
 * - `stand-by`: the row has another text or zone, and processes that have it too: theirs are the ticks.
 * - `hold`: show the others that there is a process with the row's text and zone, and fire.
 * - `fire`: nothing but firing.
 */
export type ScheduleStep = 'register' | 'take-over' | 'stand-by' | 'hold' | 'fire';

/** What the row of a schedule says, as far as this is about whose it is. */
export interface SeenRow {
  cron: string;
  time_zone: string;
  catch_up: string;
  is_held: boolean;
  is_abandoned: boolean;
}

export function hasTextOf(schedule: OwnSchedule, row: SeenRow): boolean {
  return row.cron === schedule.cron && row.time_zone === schedule.timeZone;
}

/**
 * What a process has to do about a schedule. During a deployment two versions run side by side: the one that has booted
 * last has registered its text, and the other one stands by. It takes the row over when all of the first kind are gone.
 */
export function scheduleStep(schedule: OwnSchedule, row: SeenRow | undefined, registered: boolean): ScheduleStep {
  if (!row) return 'register';
  const same = hasTextOf(schedule, row);
  if (!registered && !(same && row.catch_up === schedule.catchUp)) return 'register';
  if (!same) return row.is_abandoned ? 'take-over' : 'stand-by';
  return row.is_held ? 'fire' : 'hold';
}
