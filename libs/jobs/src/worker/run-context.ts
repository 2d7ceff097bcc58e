import { Logger, type LoggerService } from '@nestjs/common';
import type { JobContext } from '../process/job-context.js';
import type { CompleteIn } from './complete-in-transaction.js';
import type { RunningJob } from './running-job.js';

/** Stores a percentage; never throws. */
export type StoreProgress = (running: RunningJob, percent: number) => void;

const PROGRESS_EVERY_MS = 1_000;

export interface ContextParts {
  storeProgress: StoreProgress;
  completeIn: CompleteIn;
}

export function createJobContext(running: RunningJob, { storeProgress, completeIn }: ContextParts): JobContext {
  const { row } = running;
  let logger: JobLogger | undefined;
  return {
    attempt: row.attempts,
    get signal() {
      return running.signal;
    },
    idempotencyKey: row.id,
    get logger() {
      return (logger ??= new JobLogger(row.type, row.id));
    },
    progress: throttled((percent) => storeProgress(running, percent)),
    transaction: (work) => completeIn(running, work),
  };
}

/** The first value at once, then at most one a second; 100 always. */
function throttled(store: (percent: number) => void): (percent: number) => void {
  let lastMs = -Infinity;
  return (percent) => {
    const whole = Math.round(Math.min(Math.max(Number.isFinite(percent) ? percent : 0, 0), 100));
    if (whole < 100 && performance.now() - lastMs < PROGRESS_EVERY_MS) return;
    lastMs = performance.now();
    store(whole);
  };
}

/** Nest's logger with the job's type as context and its id on each line. */
class JobLogger implements LoggerService {
  private readonly logger: Logger;
  private readonly params: { jobId: string };

  constructor(type: string, jobId: string) {
    this.logger = new Logger(type);
    this.params = { jobId };
  }

  log(message: unknown, ...more: unknown[]): void {
    this.logger.log(message, ...more, this.params);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.logger.error(message, ...more, this.params);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.logger.warn(message, ...more, this.params);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.logger.debug(message, ...more, this.params);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.logger.verbose(message, ...more, this.params);
  }

  fatal(message: unknown, ...more: unknown[]): void {
    this.logger.fatal(message, ...more, this.params);
  }
}
