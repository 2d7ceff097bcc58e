import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobsModules } from '../discover/jobs-modules.js';
import { MethodExplorer, type FoundMethod } from '../discover/method-explorer.js';
import { JobEventBus } from '../state/job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';
import { inOwnContext } from '../support/own-context.js';
import { ON_JOB_EVENT, requireListener, type OnJobEventMetadata } from './on-job-event.decorator.js';
import { report } from '../report/report.js';

type Listener = FoundMethod<OnJobEventMetadata, JobEvent>;

/**
 * Finds the `@OnJobEvent` methods at boot and calls them for their events. An error that one throws is only logged. An
 * invalid decorator stops the boot.
 */
@Injectable()
export class JobEventExplorer implements OnModuleInit {
  constructor(
    private readonly modules: JobsModules,
    private readonly methods: MethodExplorer,
    private readonly bus: JobEventBus,
  ) {}

  onModuleInit(): void {
    const decorator = { name: '@OnJobEvent', key: ON_JOB_EVENT };
    const found = this.methods.find<OnJobEventMetadata, JobEvent>(decorator, this.modules.ownProviders());
    for (const method of found) this.subscribe(method);
  }

  private subscribe(method: Listener): void {
    const { where, metadata } = method;
    requireListener(`@OnJobEvent on ${where}`, metadata);
    const { type } = metadata.options;
    this.bus.subscribe((event) => {
      if (event.name !== metadata.event || (type !== undefined && event.type !== type)) return;
      void inOwnContext(() => this.call(method, event));
    });
  }

  /** Never rejects. Each listener gets a copy of the event, so that its changes reach no handler and no other listener. */
  private async call({ where, call }: Listener, event: JobEvent): Promise<void> {
    try {
      const { payload, ...rest } = event;
      await call({ ...rest, payload: structuredClone(payload) });
    } catch (error) {
      this.reportThrown(`${where} threw on "${event.name}" of job ${event.id}`, error);
    }
  }

  private reportThrown(what: string, error: unknown): void {
    try {
      report('event_listener_threw', { what, cause: error });
    } catch {
      process.emitWarning(`${what}, and the logger threw too`);
    }
  }
}
