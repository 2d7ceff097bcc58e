import { Catch, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { STATUS_CODES } from 'node:http';
import { JobConflictError, JobsError } from '../job/job.errors.js';
import { send } from './send.js';
import { report } from '../report/report.js';

/** Every other `JobConflictError` is a 409. */
const STATUS_OF: Record<string, HttpStatus> = {
  JOBS_INVALID_PAYLOAD: HttpStatus.UNPROCESSABLE_ENTITY,
  JOBS_PAYLOAD_NOT_JSON: HttpStatus.UNPROCESSABLE_ENTITY,
  JOBS_PAYLOAD_TOO_LARGE: HttpStatus.PAYLOAD_TOO_LARGE,
  JOBS_INVALID_OPTION: HttpStatus.UNPROCESSABLE_ENTITY,
  JOBS_UNKNOWN_TYPE: HttpStatus.UNPROCESSABLE_ENTITY,
  JOBS_NOT_FOUND: HttpStatus.NOT_FOUND,
  JOBS_UNKNOWN_QUEUE: HttpStatus.NOT_FOUND,
  JOBS_UNKNOWN_SCHEDULE: HttpStatus.NOT_FOUND,
  JOBS_NO_CONNECTION: HttpStatus.SERVICE_UNAVAILABLE,
};
const HEADERS = { 'content-type': 'application/problem+json; charset=utf-8' };
const UNEXPECTED = { code: 'JOBS_INTERNAL_ERROR', what: 'Something went wrong on the server.', issues: [] };

/**
 * Answers with problem details (RFC 9457) if a route handler throws a `JobsError`:
 * - 422: the payload, an option or the type is not valid; 413: the payload is too large.
 * - 404: the job, the queue or the schedule does not exist; 409: its status does not allow the call.
 * - 503: there is no connection to the database.
 * - 500: any other error. It is logged, and the answer has no details.
 *
 * Use it with `@UseFilters()` or `APP_FILTER`.
 */
@Catch(JobsError)
export class JobsExceptionFilter implements ExceptionFilter<JobsError> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Outside HTTP, throws the error again. */
  catch(error: JobsError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const known = error instanceof JobConflictError ? HttpStatus.CONFLICT : STATUS_OF[error.code];
    if (known === undefined) report('unexpected_error', error);
    const status = known ?? HttpStatus.INTERNAL_SERVER_ERROR;
    const body = problemOf(known === undefined ? UNEXPECTED : error, status);
    send(this.adapterHost, host.switchToHttp().getResponse(), { status, body, headers: HEADERS });
  }
}

function problemOf({ code, what, issues, fix }: Pick<JobsError, 'code' | 'what' | 'issues' | 'fix'>, status: number) {
  return { type: 'about:blank', title: STATUS_CODES[status], status, detail: what, errorCode: code, issues, fix };
}
