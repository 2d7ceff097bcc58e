import { errorText } from '../job/text/error-text.js';
import { debug, error, info, warn } from './line.js';

export interface Named {
  name: string;
  /** The class and the method. */
  where: string;
}

/** What happens to schedules. */
export const SCHEDULE_LINES = {
  schedule_fired: ({ name, outcome, plannedAt }: { name: string; outcome: string; plannedAt: Date }) =>
    info(`Schedule "${name}" ${outcome} for ${plannedAt.toISOString()}`),

  requested_run_fired: ({ name, outcome, requestedAt }: { name: string; outcome: string; requestedAt: Date }) =>
    info(`Schedule "${name}" ${outcome}, as was asked for at ${requestedAt.toISOString()}`),

  schedule_name_taken: ({ name, where }: Named) =>
    error(
      `JOBS_SCHEDULE_NAME_TAKEN: "${name}" of ${where} does not fire, because a schedule that was made at run time has its ` +
        'name. Remove that schedule, or rename this one.',
    ),

  schedule_failed: ({ name, where, delayMs, why }: Named & { delayMs: number; why: string }) =>
    error(`Schedule "${name}" (${where}) failed; next try in ${Math.round(delayMs)} ms`, why),

  requested_run_failed: ({ name, where, why }: Named & { why: string }) =>
    error(`Schedule "${name}" (${where}) failed when it was run by hand`, why),

  schedule_abandoned: ({ name, where }: Named) =>
    warn(`Schedule "${name}": ${where} ignored its signal and was abandoned`),

  tick_listener_threw: ({ where, cause }: { where: string; cause: unknown }) =>
    error(`A listener of the signal of ${where} threw`, errorText(cause)),

  schedule_not_registered: ({ name }: { name: string }) =>
    warn(`Schedule "${name}" is not registered yet, because one of its ticks is running`),

  schedule_stands_by: ({ name, cron, timeZone }: { name: string; cron: string; timeZone: string }) =>
    warn(
      `Schedule "${name}" has another cron text or time zone in job_schedules than here ("${cron}", ${timeZone}): ` +
        'this process does not fire it while a process with the stored ones runs',
    ),

  schedules_unread: ({ cause }: { cause: unknown }) => debug(`Schedules not read: ${String(cause)}`),
};
