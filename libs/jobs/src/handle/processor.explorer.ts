import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { classesOf, nameOf, type Wrapper } from '../discover/class-of.js';
import { JobsModules } from '../discover/jobs-modules.js';
import type { JobDefinition } from '../job/job-definition.js';
import { BootWarnings } from '../report/boot-warnings.js';
import { DefinitionRegistry } from './definition.registry.js';
import { ProcessorMaker } from './processor-maker.js';
import { ProcessesJob } from './processes-job.decorator.js';

/** Finds the `@ProcessesJob` providers at boot. An invalid one stops the boot. */
@Injectable()
export class ProcessorExplorer implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly modules: ModulesContainer,
    private readonly registry: DefinitionRegistry,
    private readonly warnings: BootWarnings,
    private readonly jobsModules: JobsModules,
  ) {}

  /** Whether there is a processor. Known once the modules are scanned, before their hooks run. */
  get foundAny(): boolean {
    return this.jobsModules.ownProviders().some(isProcessor);
  }

  onModuleInit(): void {
    const maker = new ProcessorMaker(this.modules);
    const seen = new Set<unknown>();
    for (const wrapper of this.jobsModules.ownProviders().filter(isProcessor)) {
      const { instance } = wrapper as { instance: unknown };
      if (instance && seen.has(instance)) continue;
      seen.add(instance);
      this.registry.addProcessor(definitionOf(wrapper)!, ...maker.make(wrapper, definitionOf(wrapper)!));
    }
    for (const wrapper of this.discovery.getControllers().filter(isProcessor))
      this.warnings.add(
        'ignored_decorator',
        `@ProcessesJob on ${nameOf(wrapper)} does nothing, because it is a controller. Move it to a provider.`,
      );
  }
}

function isProcessor(wrapper: Wrapper): boolean {
  return !wrapper.isAlias && definitionOf(wrapper) !== undefined;
}

function definitionOf(wrapper: Wrapper): JobDefinition | undefined {
  for (const made of classesOf(wrapper)) {
    const definition = Reflect.getMetadata(ProcessesJob.KEY, made) as JobDefinition | undefined;
    if (definition) return definition;
  }
  return undefined;
}
