import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { cut, OPERATOR_OPTIONS, Operations, type OperatorOptions, type Shared } from '../control/operations.js';
import { PAUSE_OPTIONS, pauseDetails, pauseOf, requireUntil, type Pause, type PauseOptions } from '../control/pause.js';
import { unknownName } from '../control/unknown-name.js';
import { Clock } from '../support/time/clock.js';
import { DefinitionRegistry } from '../handle/definition.registry.js';
import { jsonSchemaOf } from '../job/json-schema.js';
import { InvalidJobOptionError, UnknownJobTypeError } from '../job/job.errors.js';
import { optionNames, requireKnownOptions } from '../job/validate/known-options.js';
import { requireInteger, requireName } from '../job/validate/option-checks.js';
import type { TypeRow } from '../store/sql/lease/read-types.sql.js';
import { TypeStore } from '../store/type.store.js';

/** A job type with the defaults of its jobs, and whether it is paused. */
export interface JobTypeView extends Pause {
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

export interface ListTypesOptions extends Pick<OperatorOptions, 'manager'> {
  /** A part of the name, in upper or lower case, at most 100 characters. Default: all types. */
  search?: string;
  /** Only those that are paused, or with false only the others. Default: all types. */
  paused?: boolean;
  /** Types to return, 1 to 1,000. Default 100. */
  limit?: number;
}

/** Whether a type is paused, since when, by whom and until when. */
export interface TypePause extends Pause {
  type: string;
}

const LIST_OPTIONS = optionNames<ListTypesOptions>({ manager: true, search: true, paused: true, limit: true });
const READ_OPTIONS = optionNames<Pick<OperatorOptions, 'manager'>>({ manager: true });
const MAX_SEARCH_LENGTH = 100;
const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 100;

/**
 * Shows the job types, those with a definition in this process and those that other processes have registered, and pauses
 * and resumes them for all workers. Jobs of a paused type can be enqueued, but none starts, in whichever queue it is.
 * Jobs that run go on, and other types run as before. A pause outlasts restarts and deployments.
 */
@Injectable()
export class JobTypes {
  private readonly shared: Shared<TypeRow[]>;

  constructor(
    private readonly operations: Operations,
    @Inject(DefinitionRegistry) private readonly registry: DefinitionRegistry,
    private readonly clock: Clock,
  ) {
    this.shared = operations.share(() => this.registered(null, null));
  }

  /**
   * The types whose names have the searched part. Calls within two seconds share a read of the database, which returns
   * at most 10,000 types, unless a type has been paused or resumed in between. Throws `InvalidJobOptionError`, and
   * `JobsError` JOBS_QUERY_TOO_SLOW after two seconds.
   */
  async list(given: ListTypesOptions = {}): Promise<JobTypeList> {
    requireKnownOptions('', given, LIST_OPTIONS);
    const { search = '', paused, limit = DEFAULT_LIMIT, manager } = given;
    if (typeof search !== 'string' || search.length > MAX_SEARCH_LENGTH)
      throw new InvalidJobOptionError('search', `must be a text of at most ${MAX_SEARCH_LENGTH} characters`);
    if (paused !== undefined && typeof paused !== 'boolean')
      throw new InvalidJobOptionError('paused', 'must be true or false');
    requireInteger('limit', limit, 1, MAX_LIMIT);
    const part = search.toLowerCase();
    const found = [...(await this.all(manager)).values()].filter(
      (view) => view.type.toLowerCase().includes(part) && (paused === undefined || view.paused === paused),
    );
    const types = found.sort((a, b) => (a.type < b.type ? -1 : 1)).slice(0, limit);
    return { types, total: found.length, capped: found.length > types.length };
  }

  /**
   * One type with the schema of its payload. Throws `UnknownJobTypeError` if no process has registered it, and
   * `InvalidJobOptionError` for what is no name.
   */
  async get(type: string, given: Pick<OperatorOptions, 'manager'> = {}): Promise<JobTypeDetails> {
    requireName('type', type);
    requireKnownOptions('', given, READ_OPTIONS);
    const found = this.viewsOf(await this.registered([type], given.manager)).get(type);
    if (!found) throw new UnknownJobTypeError(type, [...(await this.all(given.manager)).keys()]);
    return { ...found, schema: found.known ? jsonSchemaOf(this.registry.definition(type).payload) : null };
  }

  /**
   * Pauses a type in all queues, or changes the end of its pause. Workers start none of its jobs within a second, and
   * within the option `lease.renewMs` (5 seconds) where no NOTIFY arrives. No job is written, except that those that wait
   * for a slot go back to their place with their attempt unused.
   *
   * Throws `JobsError` JOBS_UNKNOWN_TYPE with the nearest known name if no worker has registered the type. Throws
   * `InvalidJobOptionError` if the name cannot name a type, or `until` is not in the future.
   */
  async pause(type: string, given: PauseOptions = {}): Promise<TypePause> {
    requireName('type', type);
    requireKnownOptions('', given, PAUSE_OPTIONS);
    requireUntil(given.until, this.clock);
    const { until, actor } = given;
    const by = actor === undefined ? null : cut(actor);
    const operation = { action: 'type.pause', details: pauseDetails({ type }, until) };
    const row = await this.operations.change(given, operation, async (executor) => {
      const store = new TypeStore(executor);
      return (await store.pause(type, until ?? null, by)) ?? refuse(store, type);
    });
    return { type, ...pauseOf(row) };
  }

  /**
   * Ends the pause of a type; a type that is not paused stays as it is. Its due jobs start in their order within a
   * second, or within two while another type with a large backlog is paused. Throws `JobsError` JOBS_UNKNOWN_TYPE, and
   * `InvalidJobOptionError` if the name cannot name a type.
   */
  async resume(type: string, given: OperatorOptions = {}): Promise<TypePause> {
    requireName('type', type);
    requireKnownOptions('', given, OPERATOR_OPTIONS);
    const row = await this.operations.change(given, { action: 'type.resume', details: { type } }, async (executor) => {
      const store = new TypeStore(executor);
      return (await store.resume(type)) ?? refuse(store, type);
    });
    return { type, ...pauseOf(row) };
  }

  /** Throws what `pause` throws for this name. */
  async requireKnown(type: string, manager?: EntityManager | null): Promise<void> {
    requireName('type', type);
    await this.operations.read(manager, async (executor) => {
      const store = new TypeStore(executor);
      if ((await store.list([type])).length === 0) await refuse(store, type);
    });
  }

  private async all(manager?: EntityManager | null): Promise<Map<string, JobTypeView>> {
    return this.viewsOf(await (this.shared(manager) ?? this.registered(null, manager)));
  }

  private viewsOf(rows: readonly TypeRow[]): Map<string, JobTypeView> {
    const types = new Map(rows.map((row) => [row.type, toView(row)]));
    for (const { type, queue, priority, maxAttempts, timeoutMs } of this.registry.allDefinitions()) {
      const pause = types.get(type) ?? pauseOf(undefined);
      types.set(type, { ...pause, type, queue, priority, maxAttempts, timeoutMs, known: true });
    }
    return types;
  }

  private registered(types: string[] | null, manager: EntityManager | null | undefined): Promise<TypeRow[]> {
    return this.operations.read(manager, (executor) => new TypeStore(executor).list(types));
  }
}

function toView(row: TypeRow): JobTypeView {
  const { type, queue, priority, max_attempts: maxAttempts, timeout_ms: timeoutMs } = row;
  return { type, queue, priority, maxAttempts, timeoutMs, known: false, ...pauseOf(row) };
}

async function refuse(store: TypeStore, type: string): Promise<never> {
  const known = (await store.list()).map((row) => row.type);
  throw unknownName({ code: 'JOBS_UNKNOWN_TYPE', kind: 'type', name: type, known });
}
