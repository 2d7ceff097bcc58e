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
 * Calls the method with a `JobEvent` when a run of this process starts, or after its outcome is committed. For instance,
 * `@OnJobEvent('failed')` reports each job that has failed for good. `options.type` limits it to one job type. Each listener gets its own copy of the event. An error that a listener throws is only logged. An
 * unknown event or option stops the boot.
 */
export const OnJobEvent = (event: JobEventName, options: OnJobEventOptions = {}): MethodDecorator =>
  SetMetadata(ON_JOB_EVENT, { event, options } satisfies OnJobEventMetadata);

/** Throws `InvalidJobOptionError` for invalid metadata. `where` names the decorated method in the message. */
export function requireListener(where: string, { event, options }: OnJobEventMetadata): void {
  requireOneOf(where, event, JOB_EVENT_NAMES);
  requireKnownOptions(where, options, OPTIONS);
  if (options.type !== undefined) requireName(`${where}.type`, options.type);
}
