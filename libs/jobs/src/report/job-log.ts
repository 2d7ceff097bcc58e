import { Logger } from '@nestjs/common';
import type { JobEvent } from '../job/job-events.js';
import { redactorOf } from '../job/text/redact-secrets.js';

const MAX_ERROR_LENGTH = 500;
/** Errors are cut before redacting, so that patterns never run over megabytes. The margin keeps a cut secret out of sight. */
const MAX_READ_LENGTH = 8 * MAX_ERROR_LENGTH;

/**
 * Logs one line per ended run: a message, and its facts as an object for structured logs. Rescued jobs are logged
 * together, in one line for each sweep (`lease/rescued-jobs.ts`).
 */
export class JobLog {
  private readonly logger = new Logger('Jobs');

  constructor(
    bus: { subscribe(listener: (event: JobEvent) => void): void },
    private readonly options: { redact: readonly string[] },
  ) {
    bus.subscribe((event) => this.write(event));
  }

  private write(event: JobEvent): void {
    if (event.rescued) return;
    const of = `${event.attempt} of ${event.maxAttempts}`;
    switch (event.name) {
      case 'started':
      case 'rescued':
        return;
      case 'completed':
        return this.writeCompleted(event);
      case 'snoozed':
        return this.logger.debug(`${event.type} snoozed for ${ms(event.delayMs)}`, facts(event));
      case 'handed_back':
        return this.logger.debug(`${event.type} handed back, its attempt unused`, facts(event));
      case 'cancelled':
        return this.logger.log(`${event.type} cancelled`, facts(event));
      case 'retried':
        return this.logger.warn(
          `${event.type} failed attempt ${of}, next in ${ms(event.delayMs)}${this.why(event)}`,
          facts(event),
        );
      case 'lost':
        return this.writeLost(event, of);
      case 'failed':
        return this.logger.error(`${event.type} failed for good at attempt ${of}${this.why(event)}`, facts(event));
      default:
        event.name satisfies never;
    }
  }

  private writeCompleted(event: JobEvent): void {
    if (event.error !== undefined) return this.logger.error(`${event.type} completed${this.why(event)}`, facts(event));
    // Most applications do not log at this level, so the line of every job is built only on demand.
    if (!Logger.isLevelEnabled('debug')) return;
    this.logger.debug(`${event.type} completed in ${ms(event.durationMs)}`, facts(event));
  }

  private writeLost(event: JobEvent, of: string): void {
    if (event.error === undefined)
      return this.logger.warn(`${event.type} lost attempt ${of} to another worker`, facts(event));
    this.logger.error(`${event.type}: the end of attempt ${of} could not be written${this.why(event)}`, facts(event));
  }

  private why({ error }: JobEvent): string {
    if (!error) return '';
    const text = redactorOf(this.options.redact)(error.slice(0, MAX_READ_LENGTH));
    return `: ${text.length <= MAX_ERROR_LENGTH ? text : `${text.slice(0, MAX_ERROR_LENGTH)}…`}`;
  }
}

function facts({ id, type, attempt, maxAttempts, durationMs, waitMs }: JobEvent) {
  return { jobId: id, type, attempt, maxAttempts, durationMs: Math.round(durationMs), waitMs: Math.round(waitMs) };
}

function ms(value: number | undefined): string {
  const whole = Math.round(value ?? 0);
  return whole < 10_000 ? `${whole} ms` : `${(whole / 1_000).toFixed(1)} s`;
}
