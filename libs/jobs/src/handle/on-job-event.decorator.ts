import { SetMetadata } from '@nestjs/common';
import { JOB_EVENT_NAMES, type JobEventName } from '../job/job-events.js';
import { optionNames, requireKnownOptions } from '../job/validate/known-options.js';
import { requireName, requireOneOf } from '../job/validate/option-checks.js';

export const ON_JOB_EVENT = Symbol('monstera:on-job-event');

export interface OnJobEventOptions {
  /** Only events of this job type. Default: of all types. */
  type?: string;
}

export interface OnJobEventMetadata {
  event: JobEventName;
  options: OnJobEventOptions;
}

const OPTIONS = optionNames<OnJobEventOptions>({ type: true });

/**
 * Calls the method with a `JobEvent` whenever a job of this process ends that way, after the outcome is committed:
 * `@OnJobEvent('failed')` hears of each job that is finally lost. `options.type` narrows it to one job type.
 * Each listener gets an event of its own, so what it changes in it is seen by nobody else. A listener that throws is
 * logged and changes nothing. An event or an option that there is not stops the boot.
 */
export const OnJobEvent = (event: JobEventName, options: OnJobEventOptions = {}): MethodDecorator =>
  SetMetadata(ON_JOB_EVENT, { event, options } satisfies OnJobEventMetadata);

/** Throws `InvalidJobOptionError`. `where`: the decorated method, for the message. */
export function requireListener(where: string, { event, options }: OnJobEventMetadata): void {
  requireOneOf(where, event, JOB_EVENT_NAMES);
  requireKnownOptions(where, options, OPTIONS);
  if (options.type !== undefined) requireName(`${where}.type`, options.type);
}
