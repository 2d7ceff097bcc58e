import { SetMetadata } from '@nestjs/common';
import type { JobEventName } from '../job/job-events.js';

export const ON_JOB_EVENT = Symbol('monstera:on-job-event');

export interface OnJobEventMetadata {
  event: JobEventName;
  type?: string;
}

/**
 * Calls the method with a `JobEvent` whenever a job of this process ends that way, after the outcome is committed:
 * `@OnJobEvent('failed')` hears of each job that is finally lost. `options.type` narrows it to one job type.
 * Each listener gets an event of its own, so what it changes in it is seen by nobody else. A listener that throws is
 * logged and changes nothing.
 */
export const OnJobEvent = (event: JobEventName, options: { type?: string } = {}): MethodDecorator =>
  SetMetadata(ON_JOB_EVENT, { event, type: options.type } satisfies OnJobEventMetadata);
