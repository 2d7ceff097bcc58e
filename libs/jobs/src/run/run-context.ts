import type { JobContext } from '../handle/job-context.js';
import { InvalidJobOptionError } from '../job/job.errors.js';
import type { CompleteIn } from './complete-in-transaction.js';
import { ProgressReport } from '../slots/progress-report.js';
import type { StoreProgress } from './progress-writer.js';
import type { RunningJob } from '../slots/running-job.js';
import { JobLogger } from '../report/job-logger.js';

export interface ContextParts {
  storeProgress: StoreProgress;
  completeIn: CompleteIn;
}

/** The context that a processor gets. Its methods are bound on access, because handlers destructure it. */
export class RunContext implements JobContext {
  private jobLogger: JobLogger | undefined;

  constructor(
    private readonly running: RunningJob,
    private readonly parts: ContextParts,
  ) {}

  get attempt(): number {
    return this.running.row.attempts;
  }

  get signal(): AbortSignal {
    return this.running.signal;
  }

  get idempotencyKey(): string {
    return this.running.id;
  }

  get logger(): JobLogger {
    return (this.jobLogger ??= new JobLogger(this.running.row.type, this.running.id));
  }

  get progress(): JobContext['progress'] {
    return (percent) => this.reportProgress(percent);
  }

  get transaction(): JobContext['transaction'] {
    return (work) => this.parts.completeIn(this.running, work);
  }

  private reportProgress(percent: unknown): void {
    if (typeof percent !== 'number' || !Number.isFinite(percent))
      throw new InvalidJobOptionError('progress', `is ${String(percent)}; must be a number from 0 to 100`);
    const { running, parts } = this;
    running.progress ??= new ProgressReport(running.clock, (value) => parts.storeProgress(running, value));
    running.progress.report(Math.round(Math.min(Math.max(percent, 0), 100)));
  }
}
