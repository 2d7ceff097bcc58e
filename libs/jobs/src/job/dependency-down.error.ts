import { recogniseAcrossCopies, SnoozeJobError } from './job.errors.js';

/** How long a job waits by default, in milliseconds. */
const DEFAULT_DELAY_MS = 15_000;

/**
 * Throw it from a processor if something that the job depends on is down. The job runs again after `delayMs`
 * milliseconds (default 15,000) and keeps its attempt. `DependencyHealth.call` throws it too.
 *
 * `dependency` names what is down in the log, the readiness answer and the gauge. Throws `InvalidJobOptionError` unless
 * `delayMs` is a number from 0 to 366 days.
 */
export class DependencyDownError extends SnoozeJobError {
  override readonly name: string = 'DependencyDownError';
  /** When the error was made, on the clock of `performance.now()`. */
  readonly atMs = performance.now();

  constructor(
    readonly dependency: string,
    { cause, delayMs = DEFAULT_DELAY_MS }: { cause?: unknown; delayMs?: number } = {},
  ) {
    super(delayMs);
    this.message = `${dependency} is down; the job waits for ${delayMs} ms`;
    if (cause !== undefined) this.cause = cause;
  }
}

recogniseAcrossCopies({ DependencyDownError });
