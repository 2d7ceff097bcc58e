import { inspect } from 'node:util';
import type { JobContext } from '../handle/job-context.js';
import { logFields } from '../job/text/log-fields.js';
import type { Redact } from '../job/text/redact-secrets.js';
import { checkProgress } from '../job/validate/progress.js';
import type { CompleteIn } from './complete-in-transaction.js';
import { ProgressReport } from '../slots/progress-report.js';
import type { RunLog } from '../slots/run-log.js';
import type { StoreProgress } from './progress-writer.js';
import type { RunningJob } from '../slots/running-job.js';
import { JobLogger } from '../report/job-logger.js';

export interface ContextParts {
  storeProgress: StoreProgress;
  completeIn: CompleteIn;
  openLog: (running: RunningJob) => RunLog;
  redact: Redact;
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
    return (progress) => this.reportProgress(progress);
  }

  get log(): JobContext['log'] {
    return (message, fields) => this.addLine(message, fields);
  }

  get transaction(): JobContext['transaction'] {
    return (work) => this.parts.completeIn(this.running, work);
  }

  private reportProgress(given: unknown): void {
    const { running, parts } = this;
    const progress = checkProgress(given, parts.redact);
    running.progress ??= new ProgressReport(running.clock, (value) => parts.storeProgress(running, value));
    running.progress.report(progress);
  }

  private addLine(message: unknown, fields: unknown): void {
    const { running, parts } = this;
    running.log ??= parts.openLog(running);
    if (!running.log.isOpen) return;
    const text = typeof message === 'string' ? message : inspect(message, { depth: 2, breakLength: Infinity });
    running.log.add(text, logFields(fields, parts.redact));
  }
}
