import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { JobDefinition } from '../job/job-definition.js';
import { JobsConfigurationError } from '../job/job.errors.js';
import { DefinitionRegistry } from './definition.registry.js';
import type { JobProcessor } from './job-processor.js';
import { ProcessesJob } from './processes-job.decorator.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** Finds the `@ProcessesJob` providers at boot. Anything wrong with one stops the boot. */
@Injectable()
export class ProcessorExplorer implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly registry: DefinitionRegistry,
  ) {}

  /** Known as soon as the modules are scanned, before any of their hooks runs. */
  get foundAny(): boolean {
    return this.providers().length > 0;
  }

  onModuleInit(): void {
    for (const provider of this.providers()) {
      const definition = this.discovery.getMetadataByDecorator(ProcessesJob, provider);
      if (definition) this.registry.addProcessor(definition, processorOf(provider, definition));
    }
  }

  private providers(): Provider[] {
    return this.discovery.getProviders({ metadataKey: ProcessesJob.KEY });
  }
}

function processorOf(provider: Provider, { type }: JobDefinition): JobProcessor {
  const instance: unknown = provider.instance;
  if (!provider.isDependencyTreeStatic())
    throw new JobsConfigurationError({
      code: 'JOBS_PROCESSOR_NOT_SINGLETON',
      what: `${provider.name}, the processor of "${type}", is request-scoped or depends on a request-scoped provider.`,
      fix: 'Make it and what it injects singletons: a job has no request.',
    });
  if (typeof (instance as Partial<JobProcessor> | null)?.process !== 'function')
    throw new JobsConfigurationError({
      code: 'JOBS_INVALID_PROCESSOR',
      what: `${provider.name} is marked as the processor of "${type}" but has no process() method.`,
      fix: `Let ${provider.name} implement JobProcessor.`,
    });
  return instance as JobProcessor;
}
