import type { JobDefinition } from '../job/job-definition.js';
import { pauseType, readPausedTypes, resumeType, type TypePauseRow } from './sql/control/type-pauses.sql.js';
import { readTypes, type TypeRow } from './sql/lease/read-types.sql.js';
import { syncTypes } from './sql/lease/sync-types.sql.js';
import type { Executor } from './statement.js';

/**
 * The defaults of the types, for `jobs_enqueue()`, the command line and statistics, and whether they are paused.
 *
 * Writes `job_types`.
 */
export class TypeStore {
  constructor(private readonly executor: Executor) {}

  /** The given types, or all, at most 10,000, by name. */
  list(types: string[] | null = null): Promise<TypeRow[]> {
    return this.executor.run(readTypes, [types]);
  }

  /** Writes the defaults of the definitions. Types without a definition here stay, and so do pauses. */
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

  /** The types that are paused, at most 1,000, by name. */
  paused(): Promise<TypePauseRow[]> {
    return this.executor.run(readPausedTypes, []);
  }

  /** Null if nobody has registered the type. */
  async pause(type: string, until: Date | null, by: string | null): Promise<TypePauseRow | null> {
    return (await this.executor.run(pauseType, [type, until, by]))[0] ?? null;
  }

  /** Null if nobody has registered the type. */
  async resume(type: string): Promise<TypePauseRow | null> {
    return (await this.executor.run(resumeType, [type]))[0] ?? null;
  }
}
