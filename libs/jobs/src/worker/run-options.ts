import type { WrittenOutcome } from '../job/outcome/job-outcome.js';
import { completeInTransaction } from '../run/complete-in-transaction.js';
import { Deadlines } from '../run/deadlines.js';
import { startedEvent } from '../run/job-event-of.js';
import type { JobWorkerParts } from './job-worker-parts.js';
import type { LoadControl } from '../slots/load-control.js';
import { redactorOf } from '../job/text/redact-secrets.js';
import { LogWriter } from '../run/log-writer.js';
import { progressWriter } from '../run/progress-writer.js';
import type { RunOptions } from '../run/run-job.js';
import type { RunningJob } from '../slots/running-job.js';
import type { Workbench } from '../slots/workbench.js';

/** What all runs of a worker have in common. */
export function newRunOptions(
  parts: JobWorkerParts,
  bench: Workbench,
  workerId: string,
  load: LoadControl,
  onEnded: (job: RunningJob, outcome: WrittenOutcome) => void,
): RunOptions {
  const { options, dataSource, bus, status, outcomes, watch, clock } = parts;
  const redact = redactorOf(options.redact);
  const logs = new LogWriter({ store: parts.logs, clock, redact, onError: (error) => watch.failed(error, 'upkeep') });
  return {
    limits: options,
    load,
    deadlines: new Deadlines(() => bench.runningJobs(), clock),
    completeIn: completeInTransaction({ dataSource, workerId, limits: options }),
    storeProgress: progressWriter(outcomes, watch, workerId),
    openLog: (running) => logs.open(running),
    redact,
    onStart: (job) => bus.emit(startedEvent(job)),
    onAbandoned: () => status.abandonedHandlers++,
    onEnded,
  };
}
