import { errorText, oneLine } from '../job/text/error-text.js';
import type { JobEvent } from '../job/job-events.js';

export type JobEventListener = (event: JobEvent) => void;

/** One event per fact. Logs, metrics and `@OnJobEvent` methods listen; the worker formats no text. */
export class JobEventBus {
  private readonly listeners: JobEventListener[] = [];

  subscribe(listener: JobEventListener): void {
    this.listeners.push(listener);
  }

  /** Never throws: if it did, an outcome that is already written could be written again. */
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
