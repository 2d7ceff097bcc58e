import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JobDefinition, PayloadOutput } from '../job-definition.js';
import { InvalidPayloadError, type JobsErrorIssue } from '../job.errors.js';
import { jsonIssues, protoKeyPath } from './json-encoding.js';

export const DEFAULT_MAX_PAYLOAD_BYTES = 256 * 1024;

/**
 * Checks a payload before it is enqueued, and returns the text to store. The text is the caller's payload and not the
 * schema's output, because the schema runs again before the job (docs/decisions/0011-payloads.md). A promise only if
 * the schema is asynchronous. Throws, or rejects with, `InvalidPayloadError`.
 */
export function encodePayload(
  definition: JobDefinition,
  payload: unknown,
  maxBytes = DEFAULT_MAX_PAYLOAD_BYTES,
): string | Promise<string> {
  const issues = jsonIssues(payload, 'payload');
  if (issues.length > 0) throw new InvalidPayloadError(definition.type, issues, 'JOBS_PAYLOAD_NOT_JSON');
  const text = JSON.stringify(payload);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw tooLarge(definition.type, bytes, maxBytes);
  const validated = validatePayload(definition, payload);
  return validated instanceof Promise ? validated.then(() => text) : text;
}

/**
 * Checks a payload that was read from the table, where other services insert without checks. Throws
 * `InvalidPayloadError` if it has a `__proto__` key, which a copy by assignment would make a prototype.
 */
export function storedPayload(type: string, payload: unknown): unknown {
  const path = protoKeyPath(payload, 'payload');
  if (path === null) return payload;
  throw new InvalidPayloadError(type, [{ path, message: 'this key is not allowed' }], 'JOBS_PAYLOAD_NOT_JSON');
}

/** The schema's output, or a promise of it. Throws, or rejects with, `InvalidPayloadError`. */
export function validatePayload<D extends JobDefinition>(
  definition: D,
  payload: unknown,
): PayloadOutput<D> | Promise<PayloadOutput<D>> {
  const result = definition.payload['~standard'].validate(payload);
  return isThenable(result)
    ? Promise.resolve(result).then((settled) => outputOf(definition, settled))
    : outputOf(definition, result);
}

/** A schema's promise may be of any class, such as one of another realm or of a library. */
function isThenable<T>(result: T | PromiseLike<T>): result is PromiseLike<T> {
  return typeof (result as PromiseLike<T> | undefined)?.then === 'function';
}

function outputOf<D extends JobDefinition>({ type }: D, result: StandardSchemaV1.Result<unknown>): PayloadOutput<D> {
  if (result.issues) throw new InvalidPayloadError(type, result.issues.map(describe));
  return result.value;
}

function describe({ path = [], message }: StandardSchemaV1.Issue): JobsErrorIssue {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  return { path: ['payload', ...keys.map(String)].join('.'), message };
}

function tooLarge(type: string, bytes: number, maxBytes: number): InvalidPayloadError {
  const message = `has ${bytes} bytes as JSON; at most ${maxBytes} are allowed. Store the data and pass its key`;
  return new InvalidPayloadError(type, [{ path: 'payload', message }], 'JOBS_PAYLOAD_TOO_LARGE');
}
