import { Inject, Injectable, Logger } from '@nestjs/common';
import { errorText, oneLine } from '../job/text/error-text.js';
import { JobEventBus } from '../state/job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';
import { Outages, type EndedOutage, type OutageListener } from '../state/outages.js';
import { redactorOf } from '../job/text/redact-secrets.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';

const MAX_ERROR_LENGTH = 500;

/** Logs one line when a dependency goes down and one when it is up again, with the number of jobs that waited for it. */
@Injectable()
export class OutageLog implements OutageListener {
  private readonly logger = new Logger('Jobs');

  constructor(
    @Inject(Outages) private readonly outages: Outages,
    bus: JobEventBus,
    @Inject(JOBS_OPTIONS) private readonly options: Pick<JobsOptions, 'redact'>,
  ) {
    outages.listener = this;
    bus.subscribe((event) => this.note(event));
  }

  opened(dependency: string, error: unknown): void {
    this.logger.warn(
      `${dependency} is down: ${this.why(error)}\n  Its jobs wait and use no attempt. It is tried again after 1, 2, 4, … 60 s`,
      { dependency },
    );
  }

  ended({ dependency, lastedMs, jobs, seenUp }: EndedOutage): void {
    const lastedSeconds = Math.round(lastedMs / 1_000);
    const end = seenUp ? 'is up again' : 'is assumed to be up, because nothing has called it since';
    const waited = `${jobs} ${jobs === 1 ? 'job' : 'jobs'} waited`;
    this.logger.log(`${dependency} ${end}, after ${lastedSeconds} s; ${waited}`, { dependency, lastedSeconds, jobs });
  }

  private note({ name, id, type, delayMs = 0, waitsFor }: JobEvent): void {
    if (name === 'completed') this.outages.noteCompleted(type);
    else if (waitsFor) this.outages.noteWaiting(waitsFor.dependency, { id, type, delayMs, ...waitsFor });
  }

  /** A text comes from a job's stored error, in which secrets are already masked. */
  private why(error: unknown): string {
    const text = typeof error === 'string' ? error : oneLine(errorText(error, redactorOf(this.options.redact)));
    return text.length <= MAX_ERROR_LENGTH ? text : `${text.slice(0, MAX_ERROR_LENGTH)}…`;
  }
}
