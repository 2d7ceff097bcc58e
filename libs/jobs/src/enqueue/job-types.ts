import { Inject, Injectable } from '@nestjs/common';
import { Operations } from '../control/operations.js';
import { Clock } from '../support/time/clock.js';
import { SharedLook } from '../control/shared-look.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import { jsonSchemaOf } from '../job/json-schema.js';
import { InvalidJobOptionError, UnknownJobTypeError } from '../job/job.errors.js';
import { requireKnownOptions } from '../job/validate/known-options.js';
import { requireInteger, requireName } from '../job/validate/option-checks.js';
import type { RegisteredType } from '../job/registered-definition.js';
import { TypeStore } from '../store/type.store.js';

/** A job type with the defaults of its jobs. */
export interface JobTypeView {
  type: string;
  queue: string;
  priority: number;
  maxAttempts: number;
  timeoutMs: number;
  /** Whether this process has its definition. If not, only other processes can enqueue it with its schema checked. */
  known: boolean;
}

export interface JobTypeDetails extends JobTypeView {
  /** What its payload may be, as JSON Schema; null if its schema cannot say that, or is in another process. */
  schema: Record<string, unknown> | null;
}

export interface JobTypeList {
  /** By name. */
  types: JobTypeView[];
  /** How many match. */
  total: number;
  /** True if there are more than `types` has. */
  capped: boolean;
}

export interface ListTypesOptions {
  /** A part of the name, in upper or lower case, at most 100 characters. Default: all types. */
  search?: string;
  /** Types to return, 1 to 1,000. Default 100. */
  limit?: number;
}

const MAX_SEARCH_LENGTH = 100;
const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 100;

/** Shows the job types: those with a definition in this process, and those that other processes have registered. */
@Injectable()
export class JobTypes {
  private readonly shared: SharedLook<RegisteredType[]>;

  constructor(
    private readonly operations: Operations,
    @Inject(DefinitionRegistry) private readonly registry: DefinitionRegistry,
    clock: Clock,
  ) {
    this.shared = new SharedLook(clock, () => this.registered());
  }

  /**
   * The types whose names have the searched part. Calls within two seconds share a read of the database, which returns
   * at most 10,000 types. Throws `InvalidJobOptionError`, and `JobsError` JOBS_QUERY_TOO_SLOW after two seconds.
   */
  async list(given: ListTypesOptions = {}): Promise<JobTypeList> {
    requireKnownOptions('', given, ['search', 'limit']);
    const { search = '', limit = DEFAULT_LIMIT } = given;
    if (typeof search !== 'string' || search.length > MAX_SEARCH_LENGTH)
      throw new InvalidJobOptionError('search', `must be a text of at most ${MAX_SEARCH_LENGTH} characters`);
    requireInteger('limit', limit, 1, MAX_LIMIT);
    const part = search.toLowerCase();
    const found = [...(await this.all()).values()].filter(({ type }) => type.toLowerCase().includes(part));
    const types = found.sort((a, b) => (a.type < b.type ? -1 : 1)).slice(0, limit);
    return { types, total: found.length, capped: found.length > types.length };
  }

  /**
   * One type with the schema of its payload. Throws `UnknownJobTypeError` if no process has registered it, and
   * `InvalidJobOptionError` for what is no name.
   */
  async get(type: string): Promise<JobTypeDetails> {
    requireName('type', type);
    const types = await this.all();
    const found = types.get(type);
    if (!found) throw new UnknownJobTypeError(type, [...types.keys()]);
    return { ...found, schema: found.known ? jsonSchemaOf(this.registry.definition(type).payload) : null };
  }

  private async all(): Promise<Map<string, JobTypeView>> {
    const types = new Map((await this.shared.get()).map((row) => [row.type, toView(row)]));
    for (const { type, queue, priority, maxAttempts, timeoutMs } of this.registry.allDefinitions())
      types.set(type, { type, queue, priority, maxAttempts, timeoutMs, known: true });
    return types;
  }

  private registered(): Promise<RegisteredType[]> {
    return this.operations.read(null, (executor) => new TypeStore(executor).list());
  }
}

function toView({ type, queue, priority, max_attempts, timeout_ms }: RegisteredType): JobTypeView {
  return { type, queue, priority, maxAttempts: max_attempts, timeoutMs: timeout_ms, known: false };
}
