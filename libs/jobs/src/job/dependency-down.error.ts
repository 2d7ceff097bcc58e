import { recogniseAcrossCopies, SnoozeJobError } from './job.errors.js';

/** How long a job waits that says itself that something is down, in milliseconds. */
const DEFAULT_DELAY_MS = 15_000;

/**
 * Something that a job talks to is down: run the job again after `delayMs` milliseconds (default 15,000) without using up
 * an attempt. `DependencyHealth.call` throws it; a processor may, too. `dependency` names what is down in the log, the
 * readiness answer and the gauge. Throws `InvalidJobOptionError` unless `delayMs` is a number from 0 to 366 days.
 */
export class DependencyDownError extends SnoozeJobError {
  override readonly name: string = 'DependencyDownError';
  /** When it was made, on the clock of `performance.now()`. */
  readonly atMs = performance.now();

  constructor(
    readonly dependency: string,
    { cause, delayMs = DEFAULT_DELAY_MS }: { cause?: unknown; delayMs?: number } = {},
  ) {
    super(delayMs);
    this.message = `${dependency} is down; the job is put off for ${delayMs} ms`;
    if (cause !== undefined) this.cause = cause;
  }
}

recogniseAcrossCopies({ DependencyDownError });
