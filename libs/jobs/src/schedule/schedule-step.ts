import { storedCatchUp, type StoredCatchUp } from '../job/catch-up.js';
import type { OwnSchedule } from '../store/schedule.store.js';

/**
 * - `register`: write this process's cron text and time zone to the row.
 * - `take-over`: the same, unless a process with the row's text and zone appears meanwhile.
 * - `stand-by`: do not fire. The row has another text or zone, and a process with them is running.
 * - `taken`: do not fire. A schedule that was made at run time has the name.
 * - `hold`: fire, and record in the row that a process with its text and zone is running.
 * - `fire`: fire. That record is recent.
 */
export type ScheduleStep = 'register' | 'take-over' | 'stand-by' | 'taken' | 'hold' | 'fire';

/** The columns of a schedule's row that decide which processes fire it. Its text is the code's, not what replaces that. */
export interface SeenRow extends StoredCatchUp {
  cron: string;
  time_zone: string;
  is_made: boolean;
  is_held: boolean;
  is_abandoned: boolean;
}

export function hasTextOf(schedule: OwnSchedule, row: SeenRow): boolean {
  return !row.is_made && row.cron === schedule.cron && row.time_zone === schedule.timeZone;
}

/**
 * What a process does with a schedule. During a deployment, two versions run side by side: the one that booted last has
 * registered its text, and the other one stands by. It takes the row over once no process with that text is left.
 */
export function scheduleStep(schedule: OwnSchedule, row: SeenRow | undefined, registered: boolean): ScheduleStep {
  if (!row) return 'register';
  if (row.is_made) return 'taken';
  const same = hasTextOf(schedule, row);
  if (!registered && !(same && hasCatchUpOf(schedule, row))) return 'register';
  if (!same) return row.is_abandoned ? 'take-over' : 'stand-by';
  return row.is_held ? 'fire' : 'hold';
}

function hasCatchUpOf(schedule: OwnSchedule, row: SeenRow): boolean {
  const own = storedCatchUp(schedule.catchUp);
  return row.catch_up === own.catch_up && row.catch_up_last === own.catch_up_last;
}
