import { errorText, oneLine } from '../text/error-text.js';

export const DEFAULT_MAX_RESULT_BYTES = 256 * 1024;

/** The stored form of a handler's result. */
export interface EncodedResult {
  /** JSON text; null if there is nothing to store. */
  json: string | null;
  /** Why the result is not stored; null if it is, or if there is none. */
  issue: string | null;
}

const NO_RESULT: EncodedResult = Object.freeze({ json: null, issue: null });

/** The escape of U+0000 or of a lone surrogate in JSON text, but not an escaped backslash before such letters. */
const UNSTORABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/**
 * The JSON of a handler's result, as `JSON.stringify` makes it. Never throws, whatever `toJSON`, getters and Proxy
 * traps do: the work is done by then. A result that cannot be stored is left out, and `issue` says why.
 */
export function encodeResult(result: unknown, maxBytes: number): EncodedResult {
  if (result === undefined) return NO_RESULT;
  let json: string | undefined;
  try {
    json = JSON.stringify(result) as string | undefined;
  } catch (error) {
    return unstored(`JSON cannot hold it: ${oneLine(errorText(error))}`);
  }
  if (json === undefined) return NO_RESULT;
  const bytes = Buffer.byteLength(json);
  if (bytes > maxBytes)
    return unstored(
      `it has ${bytes} bytes as JSON; at most ${maxBytes} are allowed. Store the data and return its key`,
    );
  if (json.includes('\\u') && UNSTORABLE_ESCAPE.test(json))
    return unstored('it has the character U+0000 or a lone surrogate, which PostgreSQL cannot store');
  return { json, issue: null };
}

function unstored(issue: string): EncodedResult {
  return { json: null, issue: `The job is done, but its result was not stored: ${issue}` };
}
