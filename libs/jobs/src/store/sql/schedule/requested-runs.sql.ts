import { statement } from '../../statement.js';
import { failedTick, isOf } from './schedules.sql.js';

/** Ends the request for a run that has fired. */
export const finishRequestedRun = statement<[name: string, plannedAt: Date], never>(
  'finish_requested_run',
  `
  update {job_schedules}
  set run_requested_at = null, last_planned_at = $2, failures = 0, last_error = null, updated_at = now()
  where name = $1`,
);

/** Ends the request for a run that threw. An operator who still wants it asks again; no later tick has to wait. */
export const dropRequestedRun = statement<
  [name: string, cron: string | null, timeZone: string | null, error: string, plannedAt: Date | null],
  never
>(
  'drop_requested_run',
  `
  with dropped as (
    update {job_schedules}
    set run_requested_at = null, failures = failures + 1, last_error = $4, updated_at = now()
    where name = $1 and ${isOf('$2', '$3')}
    returning name
  )
  ${failedTick('dropped', '$5', '$4')}`,
  { waitsForLocks: true },
);
