import { jsonIssues } from './json-encoding.js';

export const DEFAULT_MAX_RESULT_BYTES = 256 * 1024;

/** Why a handler's result cannot be stored, or null if it can. `undefined` is no result. */
export function resultIssue(result: unknown, maxBytes: number): string | null {
  if (result === undefined) return null;
  const issues = jsonIssues(result, 'result');
  if (issues.length > 0) return issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes <= maxBytes) return null;
  return `result: has ${bytes} bytes as JSON; at most ${maxBytes} are allowed. Store the data and return its key`;
}
