import type { DataSource, EntityManager } from 'typeorm';
import type { DefinitionRegistry } from '../handle/definition.registry.js';
import type { JobDefinition } from '../job/job-definition.js';
import { JobConflictError, JobNotFoundError, UnknownJobTypeError } from '../job/job.errors.js';
import { registeredDefinition } from '../job/registered-definition.js';
import type { JobsOptions } from '../jobs.options.js';
import type { ScheduledJobs } from '../schedule/scheduled-jobs.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import { TypeStore } from '../store/type.store.js';
import type { JobService } from './job.service.js';

const MOST_SHOWN = 20;

/** Adds and cancels the jobs of schedules that were made at run time. */
export class ScheduledJobService implements ScheduledJobs {
  constructor(
    private readonly jobs: Pick<JobService, 'enqueue' | 'cancel'>,
    private readonly registry: Pick<DefinitionRegistry, 'allDefinitions'>,
    private readonly dataSource: DataSource,
    private readonly options: Pick<JobsOptions, 'schema' | 'waitTimeoutMs'>,
  ) {}

  async definition(type: string, manager?: EntityManager | null): Promise<JobDefinition> {
    const own = this.registry.allDefinitions().find((definition) => definition.type === type);
    if (own) return own;
    const types = this.types(manager);
    const [row] = await types.list([type]);
    if (row) return registeredDefinition(row);
    const known = new Set([...this.registry.allDefinitions(), ...(await types.list())].map((known) => known.type));
    throw new UnknownJobTypeError(type, [...known].sort().slice(0, MOST_SHOWN));
  }

  async enqueue(type: string, payload: unknown, manager: EntityManager): Promise<{ id: string }> {
    return this.jobs.enqueue(await this.definition(type, manager), payload, { manager });
  }

  async cancel(id: string, manager: EntityManager): Promise<void> {
    await this.jobs.cancel(id, { manager }).catch((error: unknown) => {
      // It has ended since it was found.
      if (!(error instanceof JobConflictError || error instanceof JobNotFoundError)) throw error;
    });
  }

  private types(manager?: EntityManager | null): TypeStore {
    const { schema, waitTimeoutMs } = this.options;
    return new TypeStore(inSchema(new ManagerExecutor(this.dataSource, manager ?? undefined, waitTimeoutMs), schema));
  }
}
