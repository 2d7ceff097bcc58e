import { ModuleRef, type ModulesContainer } from '@nestjs/core';
import { classesOf, nameOf, type Wrapper } from '../discover/class-of.js';
import type { JobDefinition } from '../job/job-definition.js';
import { JobsConfigurationError } from '../job/job.errors.js';
import type { ProcessorHost } from './definition.registry.js';
import { ProcessEnhancer } from './enhanced-process.js';
import { enhancersOf, type Enhancers } from './enhancer-metadata.js';
import type { JobProcessor } from './job-processor.js';
import { ScopedProcessor } from './scoped-processor.js';

interface WithDestroyHook {
  onModuleDestroy?: unknown;
}

/** Turns each provider with `@ProcessesJob()` into the processor that the worker calls. */
export class ProcessorMaker {
  private enhancer: ProcessEnhancer | null = null;

  constructor(private readonly modules: ModulesContainer) {}

  /**
   * A singleton is called directly, or through its interceptors, filters and pipes. A request-scoped processor is created
   * for each job. Throws `JobsConfigurationError` if the provider cannot process jobs.
   */
  make(wrapper: Wrapper, definition: JobDefinition): [processor: JobProcessor, host: ProcessorHost] {
    const name = nameOf(wrapper);
    const what = `${name}, the processor of "${definition.type}",`;
    if (typeof definition.type !== 'string') throw noDefinition(name);
    if (wrapper.isTransient) throw transient(what);
    const scoped = !wrapper.isDependencyTreeStatic();
    const [made = Object] = classesOf(wrapper);
    const { instance } = wrapper as { instance: JobProcessor | null };
    const process = scoped ? (made as { prototype: Partial<JobProcessor> }).prototype.process : instance?.process;
    if (typeof process !== 'function') throw noProcess(name, definition, scoped);
    const enhancers = enhancersOf(made, process);
    refuseEnhancers(what, wrapper, enhancers);
    if (scoped) return [this.scoped(wrapper, enhancers), { name, destroyedAfterDrain: ownersIn(wrapper) }];
    return [this.single(wrapper, instance!, enhancers), { name, destroyedAfterDrain: [instance!] }];
  }

  private single({ id }: Wrapper, instance: JobProcessor, enhancers: Enhancers): JobProcessor {
    if (!isEnhanced(enhancers)) return instance;
    return { process: this.enhance({ instance, id }, enhancers) };
  }

  private scoped({ id, token, host }: Wrapper, enhancers: Enhancers): JobProcessor {
    const moduleRef = host!.getProviderByKey<ModuleRef>(ModuleRef).instance;
    const enhance = isEnhanced(enhancers) ? (each: EnhancedHostOf) => this.enhance(each, enhancers) : null;
    return new ScopedProcessor({ moduleRef, token, id, enhance });
  }

  private enhance(host: EnhancedHostOf, enhancers: Enhancers) {
    this.enhancer ??= new ProcessEnhancer(this.modules);
    return this.enhancer.around(host, enhancers);
  }
}

type EnhancedHostOf = Parameters<ProcessEnhancer['around']>[0];

function isEnhanced({ interceptors, filters, pipes }: Enhancers): boolean {
  return interceptors.length + filters.length + pipes.length > 0;
}

/**
 * The instances that Nest must not destroy before the jobs of a request-scoped processor have ended. These are its module
 * and the singletons in it, such as clients. Nest does not destroy the instances of the processor itself.
 */
function ownersIn({ host }: Wrapper): object[] {
  const singletons = [...host!.providers.values()]
    .filter((wrapper) => !wrapper.isAlias && wrapper.isDependencyTreeStatic())
    .map(({ instance }): unknown => instance)
    .filter((instance): instance is WithDestroyHook => typeof instance === 'object' && instance !== null)
    .filter((instance) => typeof instance.onModuleDestroy === 'function');
  return [...new Set([host!.instance as object, ...singletons])];
}

function refuseEnhancers(what: string, { host }: Wrapper, enhancers: Enhancers): void {
  if (enhancers.guards.length > 0)
    throw new JobsConfigurationError({
      code: 'JOBS_PROCESSOR_GUARDED',
      what: `${what} has @UseGuards, but a job has no caller to reject.`,
      fix: 'Check in process() and throw PermanentJobError, or use an interceptor.',
    });
  for (const enhancer of Object.values(enhancers).flat())
    if (typeof enhancer === 'function' && !host?.injectables.has(enhancer))
      throw new JobsConfigurationError({
        code: 'JOBS_ENHANCER_NOT_MADE',
        what: `${what} uses ${enhancer.name}, which Nest has not created: it creates only those of class providers.`,
        fix: `List the processor itself among the providers, or give the decorator an instance: new ${enhancer.name}().`,
      });
}

function noDefinition(name: string): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_INVALID_PROCESSOR',
    what: `${name} is marked with @ProcessesJob() without a definition.`,
    fix: 'Give it what defineJob() returned. If it is undefined there, two files import each other: move the definition.',
  });
}

function transient(what: string): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_PROCESSOR_TRANSIENT',
    what: `${what} is transient. No provider injects it, so it has no instance.`,
    fix: 'Make it a singleton, or use Scope.REQUEST for one instance per job.',
  });
}

function noProcess(name: string, { type }: JobDefinition, scoped: boolean): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_INVALID_PROCESSOR',
    what: `${name} is marked as the processor of "${type}" but has no process() method.`,
    fix: `Let ${name} implement JobProcessor${scoped ? ', with process as a method of the class' : ''}.`,
  });
}
