import type { JobDefinition } from '../job/job-definition.js';
import { JobsConfigurationError, UnknownJobTypeError } from '../job/job.errors.js';
import type { JobProcessor } from './job-processor.js';

/** The provider behind a processor. */
export interface ProcessorHost {
  /** Its class's name, for messages. */
  name: string;
  /** Instances that Nest must not destroy while jobs of this processor run. */
  destroyedAfterDrain: object[];
}

export interface RegisteredProcessor {
  definition: JobDefinition;
  processor: JobProcessor;
  host: ProcessorHost;
}

/** The job types of this process and their processors. Filled at boot and not changed afterwards. */
export class DefinitionRegistry {
  private readonly definitions = new Map<string, JobDefinition>();
  private readonly processors = new Map<string, RegisteredProcessor>();

  constructor(definitions: readonly JobDefinition[] = []) {
    for (const definition of definitions) this.addDefinition(definition);
  }

  /** Throws `JobsConfigurationError` if another definition already has the type. */
  addDefinition(definition: JobDefinition): void {
    const known = this.definitions.get(definition.type);
    if (known && known !== definition)
      throw new JobsConfigurationError({
        code: 'JOBS_DUPLICATE_DEFINITION',
        what: `Two definitions have the type "${definition.type}".`,
        fix: 'Call defineJob once per type and import its result everywhere.',
      });
    this.definitions.set(definition.type, definition);
  }

  /** Throws `JobsConfigurationError` if the type already has a processor. */
  addProcessor(definition: JobDefinition, processor: JobProcessor, host = hostOf(processor)): void {
    const other = this.processors.get(definition.type);
    if (other) throw duplicateProcessor(definition.type, other.host.name, host.name);
    this.addDefinition(definition);
    this.processors.set(definition.type, { definition, processor, host });
  }

  find(type: string): JobDefinition | undefined {
    return this.definitions.get(type);
  }

  /** Throws `UnknownJobTypeError` if no definition has the type. */
  definition(type: string): JobDefinition {
    const definition = this.find(type);
    if (!definition) throw new UnknownJobTypeError(type, this.types());
    return definition;
  }

  processor(type: string): RegisteredProcessor | undefined {
    return this.processors.get(type);
  }

  allDefinitions(): JobDefinition[] {
    return [...this.definitions.values()];
  }

  allProcessors(): RegisteredProcessor[] {
    return [...this.processors.values()];
  }

  /** Instances that Nest must not destroy while jobs run. */
  destroyedAfterDrain(): object[] {
    return this.allProcessors().flatMap(({ host }) => host.destroyedAfterDrain);
  }

  types(): string[] {
    return [...this.definitions.keys()].sort();
  }
}

function hostOf(processor: JobProcessor): ProcessorHost {
  return { name: processor.constructor.name, destroyedAfterDrain: [processor] };
}

function duplicateProcessor(type: string, a: string, b: string): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_DUPLICATE_PROCESSOR',
    what: `Two providers process the job type "${type}": ${a} and ${b}.`,
    fix:
      a === b
        ? `${a} is listed as a provider of two modules: list it in one and import that module.`
        : 'A type has one processor: remove one @ProcessesJob, or give one of them a definition of its own.',
  });
}
