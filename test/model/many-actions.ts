import type { ActionResult } from '@monstera/jobs';
import { HOUR_MS } from './endings.js';
import type { ManyAction } from './operations.js';
import type { ModelJob, Moment, ReferenceJobs } from './reference-jobs.js';
import type { System } from './system.js';

/** Acts on several jobs at once, on both sides. Of jobs with one key, the newest is first. */
export async function actOnMany(
  action: ManyAction,
  ids: readonly string[],
  jobs: ReferenceJobs,
  system: System,
  now: Moment,
): Promise<{ expected: ActionResult; answer: ActionResult }> {
  const known = ids.flatMap((id) => jobs.byId.get(id) ?? []).sort((a, b) => (a.id < b.id ? 1 : -1));
  const changed = known.filter((job) => act(action, job, jobs, { ...now })).length;
  const selection = system.service.where({ ids });
  const answer = await (action === 'reschedule' ? selection.reschedule({ byMs: HOUR_MS }) : selection[action]());
  return { expected: { changed, skipped: known.length - changed, refused: 0, more: false }, answer };
}

/** Whether the action changes the job. */
function act(action: ManyAction, job: ModelJob, jobs: ReferenceJobs, now: Moment): boolean {
  switch (action) {
    case 'retry':
      return jobs.retry(job.id, now) === 'pending';
    case 'cancel':
      return ['cancelled', 'processing'].includes(jobs.cancel(job.id, now));
    case 'delete':
      return job.finishedHour !== null && jobs.byId.delete(job.id);
    case 'runNow':
      if (job.status !== 'pending' || job.due.hour <= now.hour) return false;
      job.due = now;
      return true;
    case 'reschedule':
      if (job.status !== 'pending') return false;
      job.due = job.due.hour + 1 > now.hour ? { ...job.due, hour: job.due.hour + 1 } : now;
      return true;
    default:
      return action satisfies never;
  }
}
