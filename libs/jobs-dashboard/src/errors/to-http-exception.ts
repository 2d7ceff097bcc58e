import { HttpException } from '@nestjs/common';
import { isDatabaseDown, JobConflictError, JobsError } from '@monstera/jobs';
import { AdminError } from './admin.error.js';

/**
 * 400: the request is invalid. 422: the job that it asks for is invalid. 409: the job's status does not allow it. 429: too much
 * is under way. 503: try again later. All other codes of the library are errors of the server.
 */
const STATUS_OF: Record<string, number> = {
  JOBS_INVALID_OPTION: 400,
  JOBS_NOT_FOUND: 404,
  JOBS_UNKNOWN_QUEUE: 404,
  JOBS_UNKNOWN_OPERATION: 404,
  JOBS_UNKNOWN_SCHEDULE: 404,
  JOBS_UNKNOWN_WORKER: 404,
  JOBS_PAYLOAD_TOO_LARGE: 413,
  JOBS_PAYLOAD_NOT_JSON: 422,
  JOBS_INVALID_PAYLOAD: 422,
  JOBS_UNKNOWN_TYPE: 422,
  JOBS_TOO_MANY_OPERATIONS: 429,
  JOBS_NO_CONNECTION: 503,
  JOBS_QUERY_TOO_SLOW: 503,
};

/** The database is reachable but too slow: a statement was cancelled or not answered in time. */
const TOO_SLOW = /query read timeout|statement timeout/i;

/** Turns any error into an exception. Errors that could reveal internals are answered without details. */
export function toHttpException(error: unknown): HttpException {
  if (error instanceof HttpException) return error;
  const status = error instanceof JobsError && statusOf(error);
  if (status) return new AdminError(status, error);
  if (isDatabaseAway(error))
    return new AdminError(503, {
      code: 'JOBS_DATABASE_UNAVAILABLE',
      what: 'The database cannot be reached. Nothing is known to have been written.',
      fix: 'Try again after the seconds in Retry-After. A unique key prevents a second job.',
    });
  return new AdminError(500, {
    code: 'JOBS_INTERNAL_ERROR',
    what: 'Something went wrong on the server.',
    fix: 'The log of the server has the details.',
  });
}

function statusOf(error: JobsError): number | undefined {
  return error instanceof JobConflictError ? 409 : STATUS_OF[error.code];
}

function isDatabaseAway(error: unknown): boolean {
  return isDatabaseDown(error) || TOO_SLOW.test(error instanceof Error ? error.message : '');
}
