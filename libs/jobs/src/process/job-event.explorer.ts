import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { JobEventBus } from '../job/job-event-bus.js';
import { errorText } from '../job/error-text.js';
import type { JobEvent } from '../job/job-events.js';
import { inOwnContext } from '../support/own-context.js';
import { ON_JOB_EVENT, requireListener, type OnJobEventMetadata } from './on-job-event.decorator.js';

type Listener = (event: JobEvent) => unknown;

/**
 * Finds the `@OnJobEvent` methods at boot and calls them; one that throws is logged and changes nothing. Anything wrong
 * with a decorator stops the boot.
 */
@Injectable()
export class JobEventExplorer implements OnModuleInit {
  private readonly logger = new Logger('Jobs');

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly bus: JobEventBus,
  ) {}

  onModuleInit(): void {
    for (const { instance } of this.discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      for (const name of this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object))
        this.subscribe(instance as Record<string, Listener>, name);
    }
  }

  private subscribe(instance: Record<string, Listener>, name: string): void {
    const metadata = Reflect.getMetadata(ON_JOB_EVENT, instance[name] as object) as OnJobEventMetadata | undefined;
    if (!metadata) return;
    requireListener(`@OnJobEvent on ${instance.constructor.name}.${name}`, metadata);
    const { type } = metadata.options;
    this.bus.subscribe((event) => {
      if (event.name !== metadata.event || (type !== undefined && event.type !== type)) return;
      void inOwnContext(() => this.call(instance, name, event));
    });
  }

  /** Never rejects. The listener has an event of its own: what it changes is seen by no handler and no other listener. */
  private async call(instance: Record<string, Listener>, name: string, event: JobEvent): Promise<void> {
    try {
      const { payload, ...rest } = event;
      await instance[name]!({ ...rest, payload: structuredClone(payload) });
    } catch (error) {
      this.report(`${instance.constructor.name}.${name} threw on "${event.name}" of job ${event.id}`, error);
    }
  }

  private report(what: string, error: unknown): void {
    try {
      this.logger.error(what, errorText(error));
    } catch {
      process.emitWarning(`${what}, and the logger threw too`);
    }
  }
}
