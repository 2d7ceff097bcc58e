import { Catch, HttpStatus, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { STATUS_CODES } from 'node:http';
import { JobConflictError, JobsError } from '../job/job.errors.js';
import { send } from './send.js';

/** 422: the request is understood, but no such job can be. 409: the job's status forbids it. */
const STATUS_OF: Record<string, HttpStatus> = {
  JOBS_INVALID_PAYLOAD: HttpStatus.UNPROCESSABLE_ENTITY,
  JOBS_PAYLOAD_NOT_JSON: HttpStatus.UNPROCESSABLE_ENTITY,
  JOBS_PAYLOAD_TOO_LARGE: HttpStatus.PAYLOAD_TOO_LARGE,
  JOBS_INVALID_OPTION: HttpStatus.UNPROCESSABLE_ENTITY,
  JOBS_UNKNOWN_TYPE: HttpStatus.UNPROCESSABLE_ENTITY,
  JOBS_NOT_FOUND: HttpStatus.NOT_FOUND,
  JOBS_NO_CONNECTION: HttpStatus.SERVICE_UNAVAILABLE,
};
const HEADERS = { 'content-type': 'application/problem+json; charset=utf-8' };
const UNEXPECTED = { code: 'JOBS_INTERNAL_ERROR', what: 'Something went wrong on the server.', issues: [] };

/**
 * Answers requests whose handler let a `JobsError` through, as problem details (RFC 9457): 422 for a payload or an option
 * that is not valid, 404 for a job that is not there, 409 for one whose status forbids it, 503 where there is no
 * connection. What is no fault of the request is answered with 500 and logged. For `@UseFilters()` or `APP_FILTER`.
 */
@Catch(JobsError)
export class JobsExceptionFilter implements ExceptionFilter<JobsError> {
  private readonly logger = new Logger('Jobs');

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Throws the error again outside HTTP. */
  catch(error: JobsError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const known = error instanceof JobConflictError ? HttpStatus.CONFLICT : STATUS_OF[error.code];
    if (known === undefined) this.logger.error(error.message, error.stack);
    const status = known ?? HttpStatus.INTERNAL_SERVER_ERROR;
    const body = problemOf(known === undefined ? UNEXPECTED : error, status);
    send(this.adapterHost, host.switchToHttp().getResponse(), { status, body, headers: HEADERS });
  }
}

function problemOf({ code, what, issues, fix }: Pick<JobsError, 'code' | 'what' | 'issues' | 'fix'>, status: number) {
  return { type: 'about:blank', title: STATUS_CODES[status], status, detail: what, errorCode: code, issues, fix };
}
