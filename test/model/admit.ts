import type { JobsOptions } from '../../libs/jobs/src/jobs.options.js';
import type { JobStore } from '../../libs/jobs/src/store/control/job.store.js';
import { CancelRequests } from '../../libs/jobs/src/run/cancel-requests.js';
import type { RunningJob } from '../../libs/jobs/src/slots/running-job.js';

/** Which claimed jobs a worker starts, and which it hands back because somebody asked to cancel them. */
export async function admit(claimed: RunningJob[], jobs: JobStore, options: Pick<JobsOptions, 'shards'>) {
  const started: RunningJob[] = [];
  const requested: RunningJob[] = [];
  const cancels = new CancelRequests({
    jobs,
    options,
    bench: { heldJobs: () => [], hold: () => undefined, withdraw: () => false },
    start: (admitted) => Promise.resolve(void started.push(...admitted)),
    handBack: (job) => requested.push(job),
    onFreed: () => undefined,
  });
  await cancels.admit(claimed);
  return { started, requested };
}
