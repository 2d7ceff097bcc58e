import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { PROBLEM_CONTENT_TYPE, problemOf } from './problem.js';
import { toHttpException } from './to-http-exception.js';

const RETRY_AFTER_SECONDS = '5';

/**
 * Answers every error as a problem (RFC 9457) with a stable code and a fix. The answer never has a stack trace or a
 * driver's message. A host can use it for all routes: `{ provide: APP_FILTER, useClass: ProblemFilter }`.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const response = host.switchToHttp().getResponse<unknown>();
    const answer = toHttpException(error);
    const status = answer.getStatus();
    if (status >= 500 && answer !== error) this.logError(error);
    if (httpAdapter.isHeadersSent(response)) return void httpAdapter.end(response);
    if (isHealthReport(answer)) return void httpAdapter.reply(response, answer.getResponse(), status);
    httpAdapter.setHeader(response, 'content-type', `${PROBLEM_CONTENT_TYPE}; charset=utf-8`);
    if (status === 503 && !httpAdapter.getHeader?.(response, 'retry-after'))
      httpAdapter.setHeader(response, 'retry-after', RETRY_AFTER_SECONDS);
    httpAdapter.reply(response, problemOf(answer), status);
  }

  protected logError(error: unknown): void {
    this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/** The report of a failed probe is its answer, not an error of the request. */
function isHealthReport(exception: HttpException): boolean {
  const body = exception.getResponse();
  return typeof body === 'object' && 'status' in body && 'details' in body;
}
