import type { JobDefinition } from '../job/job-definition.js';
import type { RegisteredType } from '../job/registered-definition.js';
import { readTypes } from './sql/lease/read-types.sql.js';
import { syncTypes } from './sql/lease/sync-types.sql.js';
import type { Executor } from './statement.js';

/**
 * The defaults of the types, for `jobs_enqueue()`, the command line and statistics.
 *
 * Writes `job_types`.
 */
export class TypeStore {
  constructor(private readonly executor: Executor) {}

  /** The given types, or all, at most 10,000, by name. */
  list(types: string[] | null = null): Promise<RegisteredType[]> {
    return this.executor.run(readTypes, [types]);
  }

  /** Writes the defaults of the definitions. Types without a definition here stay. */
  async sync(definitions: readonly JobDefinition[]): Promise<void> {
    await this.executor.run(syncTypes, [
      definitions.map((d) => d.type),
      definitions.map((d) => d.queue),
      definitions.map((d) => d.priority),
      definitions.map((d) => d.maxAttempts),
      definitions.map((d) => d.timeoutMs),
      definitions.map((d) => JSON.stringify(d.retry)),
    ]);
  }
}
