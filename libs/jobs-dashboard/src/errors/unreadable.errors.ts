import { foreignBody } from '../access/access.errors.js';
import { AdminError } from './admin.error.js';

/** The errors that Express and its body-parser throw, and those of Fastify. */
interface ReadError {
  /** Of body-parser. */
  type?: string;
  status?: number;
  message?: string;
  /** True in errors that Express makes for the client, and absent in all others. */
  expose?: boolean;
  /** Of Fastify, such as `FST_ERR_CTP_BODY_TOO_LARGE`. */
  code?: string;
  statusCode?: number;
}

const MAX_SHOWN = 200;
/** Fastify's `maxParamLength`. Nothing of the API is as long. */
const MAX_PART = 100;
const MALFORMED = ['entity.parse.failed', 'FST_ERR_CTP_INVALID_JSON_BODY', 'FST_ERR_CTP_EMPTY_JSON_BODY'];
const TOO_LARGE = ['entity.too.large', 'FST_ERR_CTP_BODY_TOO_LARGE'];

/** The answer to a request that the HTTP framework could not read; null if the error is about something else. */
export function unreadableRequest(error: unknown): AdminError | null {
  const { type, code, expose, statusCode, status = statusCode ?? 500, message = '' } = (error ?? {}) as ReadError;
  const name = code?.startsWith('FST_') ? code : type;
  if (error instanceof URIError) return malformedUrl();
  if (name === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return foreignBody();
  const shown = message.slice(0, MAX_SHOWN);
  // Fastify throws the parser's own error for a key that would change a prototype.
  if (MALFORMED.some((one) => one === name) || (error instanceof SyntaxError && status === 400))
    return malformedJson(shown);
  if (TOO_LARGE.some((one) => one === name)) return tooLarge();
  if (expose !== true && name === undefined) return null;
  return status < 500 ? unreadable(status, shown) : null;
}

/** The answer to an address that Fastify's router cannot read; null if it can. */
export function unreadableAddress(url: string): AdminError | null {
  try {
    const parts = url.split('?', 1)[0]!.split('/').map(decodeURIComponent);
    return parts.some(({ length }) => length > MAX_PART) ? longUrl() : null;
  } catch {
    return malformedUrl();
  }
}

export function unknownRoute({ method, originalUrl }: { method: string; originalUrl: string }): AdminError {
  const path = originalUrl.split('?', 1)[0]!;
  return new AdminError(404, {
    code: 'JOBS_UNKNOWN_ROUTE',
    what: `There is no ${method} ${path.slice(0, MAX_SHOWN)}.`,
    fix: 'Check the method and the address. The OpenAPI document of the application lists them.',
  });
}

function malformedJson(message: string): AdminError {
  return new AdminError(400, {
    code: 'JOBS_MALFORMED_JSON',
    what: 'The body is not valid JSON.',
    issues: [{ path: 'body', message }],
    fix: 'Send one object, with names and texts in double quotes and no comma after the last field.',
  });
}

function tooLarge(): AdminError {
  return new AdminError(413, {
    code: 'JOBS_BODY_TOO_LARGE',
    what: 'The body is larger than this server reads.',
    fix: "Store large data elsewhere and send its address, or raise the limit of the application's body parser.",
  });
}

function malformedUrl(): AdminError {
  return new AdminError(400, {
    code: 'JOBS_MALFORMED_URL',
    what: 'The address has an escape sequence that is not valid UTF-8.',
    fix: 'Write "%" itself as %25, and other characters as the escaped bytes of their UTF-8 form.',
  });
}

function longUrl(): AdminError {
  return new AdminError(414, {
    code: 'JOBS_URL_TOO_LONG',
    what: 'A part of the address is longer than this server reads.',
    fix: 'Names and ids in an address have at most 50 characters.',
  });
}

function unreadable(status: number, message: string): AdminError {
  return new AdminError(status, {
    code: 'JOBS_UNREADABLE_BODY',
    what: `The body cannot be read: ${message}.`,
    fix: 'Send JSON in UTF-8, uncompressed or compressed with gzip, deflate or br.',
  });
}
