import { Inject, Injectable } from '@nestjs/common';
import { errorText, oneLine } from '../job/text/error-text.js';
import { JobEventBus } from '../state/job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';
import { Outages, type EndedOutage, type OutageListener } from '../state/outages.js';
import { redactorOf } from '../job/text/redact-secrets.js';
import { JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { report } from '../report/report.js';

const MAX_ERROR_LENGTH = 500;

/** Logs one line when a dependency goes down and one when it is up again, with the number of jobs that waited for it. */
@Injectable()
export class OutageLog implements OutageListener {
  constructor(
    @Inject(Outages) private readonly outages: Outages,
    bus: JobEventBus,
    @Inject(JOBS_OPTIONS) private readonly options: Pick<JobsOptions, 'redact'>,
  ) {
    outages.listener = this;
    bus.subscribe((event) => this.note(event));
  }

  opened(dependency: string, error: unknown): void {
    report('dependency_down', { dependency, why: this.why(error) });
  }

  ended(outage: EndedOutage): void {
    report('dependency_up', outage);
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
