import type { JobEvent } from './job-events.js';

export type JobEventListener = (event: JobEvent) => void;

/** One named event per fact; logs, metrics and `@OnJobEvent` methods listen, the worker formats no text. */
export class JobEventBus {
  private readonly listeners: JobEventListener[] = [];

  /** A listener must not throw. */
  subscribe(listener: JobEventListener): void {
    this.listeners.push(listener);
  }

  emit(event: JobEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
