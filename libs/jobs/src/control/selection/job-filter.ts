import type { JobDefinition } from '../../job/job-definition.js';
import { isUuid } from '../../job/job-id.js';
import { InvalidJobOptionError } from '../../job/job.errors.js';
import { JOB_STATUSES, type JobStatus } from '../../job/job-status.js';
import { requireKnownOptions } from '../../job/validate/known-options.js';
import { requireKey, requireName, requireOneOf, shownValue } from '../../job/validate/option-checks.js';
import type { SelectionFilter, SelectionRange } from '../../store/sql/selection/select-jobs.sql.js';

type OneOrMany<T> = T | readonly T[];

/** Which jobs. A job matches if it matches every field that is given; in a list, one of its values. */
export interface JobFilter {
  /** Definitions, or types by name. */
  type?: OneOrMany<JobDefinition | string>;
  status?: OneOrMany<JobStatus>;
  queue?: OneOrMany<string>;
  /** The job has all of them. */
  tags?: readonly string[];
  /** The unique key that it was enqueued with. */
  key?: string;
  /** The id of the worker that runs it. */
  worker?: string;
  /** A part of its error's text, in upper or lower case. At most 200 characters. */
  error?: string;
  /** Fields and values that its payload has, such as `{ user_id: 7 }`. At most 4,000 characters as JSON. */
  payload?: Readonly<Record<string, unknown>>;
  /** Created at this time or later. */
  since?: Date;
  /** Created before this time. */
  until?: Date;
  /** Only jobs with these ids, 1 to 1,000. They are found however old they are. */
  ids?: readonly string[];
}

const FIELDS: readonly (keyof JobFilter)[] = [
  'type',
  'status',
  'queue',
  'tags',
  'key',
  'worker',
  'error',
  'payload',
  'since',
  'until',
  'ids',
];
const MAX_VALUES = 100;
const MAX_IDS = 1_000;
const MAX_ERROR_LENGTH = 200;
const MAX_PAYLOAD_LENGTH = 4_000;
/** As `JSON.stringify` escapes what `jsonb` refuses. */
const UNSTORABLE = /\\u(0000|d[89a-f][0-9a-f]{2})/;

/** Throws `InvalidJobOptionError` that names the field which is wrong. */
export function checkFilter(filter: JobFilter): SelectionFilter {
  requireKnownOptions('', filter, FIELDS);
  const types = manyOf('type', filter.type)?.map((type) => (typeof type === 'object' ? type.type : type)) ?? null;
  const statuses = manyOf('status', filter.status);
  const queues = manyOf('queue', filter.queue);
  const tags = manyOf('tags', filter.tags);
  types?.forEach((type) => requireName('type', type));
  statuses?.forEach((status) => requireOneOf('status', status, JOB_STATUSES));
  queues?.forEach((queue) => requireName('queue', queue));
  tags?.forEach((tag) => requireKey('tags', tag));
  if (filter.key !== undefined) requireKey('key', filter.key);
  if (filter.worker !== undefined && !isUuid(filter.worker))
    throw new InvalidJobOptionError('worker', `${shownValue(filter.worker)} is not a UUID`);
  return {
    types,
    statuses,
    queues,
    tags,
    key: filter.key ?? null,
    worker: filter.worker ?? null,
    error: errorPattern(filter.error),
    payload: payloadText(filter.payload),
    waitsForLater: false,
  };
}

/** The ids of a filter, each once; null if it has none. Throws `InvalidJobOptionError` if one is no UUID. */
export function filterIds({ ids }: JobFilter): readonly string[] | null {
  if (ids === undefined) return null;
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_IDS)
    throw new InvalidJobOptionError('ids', `must be a list of 1 to ${MAX_IDS} ids`);
  const wrong = ids.findIndex((id) => !isUuid(id));
  if (wrong >= 0) throw new InvalidJobOptionError(`ids[${wrong}]`, `${shownValue(ids[wrong])} is not a UUID`);
  return [...new Set((ids as string[]).map((id) => id.toLowerCase()))];
}

/** By which index the jobs are found, where no ids are given. */
export function rangeOf({ statuses }: SelectionFilter): Exclude<SelectionRange, 'given'> {
  if (statuses?.every((status) => status === 'processing')) return 'running';
  if (statuses?.every((status) => status === 'failed' || status === 'cancelled')) return 'finished';
  return 'newest';
}

function manyOf<T>(path: string, given: OneOrMany<T> | undefined): readonly T[] | null {
  if (given === undefined) return null;
  const values = (Array.isArray(given) ? given : [given]) as readonly T[];
  if (values.length === 0 || values.length > MAX_VALUES)
    throw new InvalidJobOptionError(path, `has ${values.length} values; 1 to ${MAX_VALUES} are allowed`);
  return values;
}

function errorPattern(error: unknown): string | null {
  if (error === undefined) return null;
  if (typeof error !== 'string' || error.length === 0 || error.length > MAX_ERROR_LENGTH || !isStorable(error))
    throw new InvalidJobOptionError('error', `must be a text of 1 to ${MAX_ERROR_LENGTH} characters`);
  return `%${error.replace(/[\\%_]/g, '\\$&')}%`;
}

function payloadText(payload: unknown): string | null {
  if (payload === undefined) return null;
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    throw new InvalidJobOptionError('payload', `must be an object; it is ${shownValue(payload)}`);
  const text = jsonOf(payload);
  if (text === undefined || text.length > MAX_PAYLOAD_LENGTH || UNSTORABLE.test(text))
    throw new InvalidJobOptionError(
      'payload',
      `must be JSON of at most ${MAX_PAYLOAD_LENGTH} characters, without null characters and halves of a pair`,
    );
  return text;
}

/** Undefined if it is nested too deep, or has what JSON cannot hold. */
function jsonOf(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** PostgreSQL keeps no null characters and no halves of a pair. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
