import { Catch, Logger, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { toHttpException } from './to-http-exception.js';

/** Answers every error with a stable code and how to mend it; never with a stack trace or a driver's words. */
@Catch()
export class AdminExceptionFilter extends BaseExceptionFilter {
  private readonly log = new Logger('JobsAdmin');

  override catch(error: unknown, host: ArgumentsHost): void {
    const answer = toHttpException(error);
    if (answer.getStatus() >= 500 && answer !== error)
      this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    // oxlint-disable-next-line promise/valid-params -- the filter's method, not a promise's
    super.catch(answer, host);
  }
}
