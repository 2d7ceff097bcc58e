import { errorText, oneLine } from '../job/text/error-text.js';
import type { JobEvent } from '../job/job-events.js';

export type JobEventListener = (event: JobEvent) => void;

/** One named event per fact; logs, metrics and `@OnJobEvent` methods listen, the worker formats no text. */
export class JobEventBus {
  private readonly listeners: JobEventListener[] = [];

  subscribe(listener: JobEventListener): void {
    this.listeners.push(listener);
  }

  /** Never throws: an outcome that is written must not be written again because the host's logger failed. */
  emit(event: JobEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch (error) {
        process.emitWarning(`A listener threw on the job event "${event.name}": ${oneLine(errorText(error))}`);
      }
    }
  }
}
