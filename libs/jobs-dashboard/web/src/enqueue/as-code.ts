import { prettyJson } from '../json/json-text';
import type { JobOptions } from './job-options';

/** A job to enqueue. */
export interface NewJob {
  type: string;
  /** JSON. */
  payload: string;
  options: JobOptions;
}

/** The body of the request. The payload goes in as it was written, with all digits. */
export function bodyOf({ type, payload, options }: NewJob): string {
  const rest = JSON.stringify(options);
  return `{"type":${JSON.stringify(type)},"payload":${payload}${rest === '{}' ? '' : `,${rest.slice(1, -1)}`}}`;
}

/** A call of `JobService`. */
export function asCode({ type, payload, options }: NewJob): string {
  const given = Object.entries(options).map(([name, value]) => `${name}: ${literal(value)}`);
  const rest = given.length === 0 ? '' : `, { ${given.join(', ')} }`;
  return `await jobs.enqueueByType(${literal(type)}, ${escapeLines(prettyJson(payload))}${rest});`;
}

/** A command for a shell. The token is a variable of its environment, so that it is not in the history. */
export function asCurl(url: string, job: NewJob): string {
  return [
    `curl -X POST ${shellWord(url)}`,
    `-H 'Content-Type: application/json'`,
    `-H "Authorization: Bearer $TOKEN"`,
    `-d ${shellWord(bodyOf(job))}`,
  ].join(' \\\n  ');
}

/** Whether JavaScript would round a number in this JSON. */
export function hasLongNumbers(json: string): boolean {
  const numbers = json.replaceAll(/"(?:[^"\\]|\\.)*"/gu, '').match(/-?\d[\d.eE+-]*/gu) ?? [];
  return numbers.some((text) => /^-?\d+$/u.test(text) && !isExact(text));
}

function isExact(text: string): boolean {
  const value = Number(text);
  return Number.isFinite(value) && BigInt(text) === BigInt(value);
}

function literal(value: unknown): string {
  return escapeLines(JSON.stringify(value));
}

/** Editors take these for line breaks. */
function escapeLines(code: string): string {
  return code.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
