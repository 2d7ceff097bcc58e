import {
  HttpException,
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { catchError, type Observable } from 'rxjs';
import { StorageError, type StorageErrorCode } from './storage.error.js';

interface Answer {
  statusCode: number;
  message: string;
  fix: string;
  retryAfterSeconds?: number;
}

const OPERATOR = 'An operator finds the cause in the log of the server.';

/** The answers leave out the storage's own messages, which name buckets, hosts and folders. The log has them. */
const ANSWERS: Record<StorageErrorCode, Answer> = {
  STORAGE_UNAVAILABLE: {
    statusCode: 503,
    message: 'The storage of the files does not answer at the moment.',
    fix: `Try again in half a minute. ${OPERATOR}`,
    retryAfterSeconds: 30,
  },
  STORAGE_TOO_SLOW: {
    statusCode: 503,
    message: 'The storage of the files is too slow at the moment.',
    fix: `Try again in half a minute. ${OPERATOR}`,
    retryAfterSeconds: 30,
  },
  STORAGE_BUSY: {
    statusCode: 503,
    message: 'Too many downloads are running.',
    fix: 'Try again in some seconds.',
    retryAfterSeconds: 5,
  },
  STORAGE_DENIED: {
    statusCode: 502,
    message: 'The storage of the files denies this server access.',
    fix: `An operator has to correct the settings of the storage. ${OPERATOR}`,
  },
  STORAGE_REFUSED: {
    statusCode: 502,
    message: 'The storage of the files refuses this request.',
    fix: OPERATOR,
  },
  STORAGE_CLIENT_LEFT: { statusCode: 499, message: 'The client has left.', fix: 'Ask again.' },
};

/** Turns a `StorageError` of any route into an `HttpException` with a stable code and a fix. */
@Injectable()
export class StorageErrorsInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Storage');

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        if (error instanceof StorageError) throw this.exceptionFor(error, context);
        throw error;
      }),
    );
  }

  private exceptionFor(error: StorageError, context: ExecutionContext): HttpException {
    const { retryAfterSeconds, ...answer } = ANSWERS[error.code];
    if (answer.statusCode !== 499) this.logger.warn(error.message);
    const response = context.switchToHttp().getResponse<ServerResponse>();
    if (retryAfterSeconds && !response.headersSent) response.setHeader('retry-after', retryAfterSeconds);
    return new HttpException({ errorCode: error.code, issues: [], ...answer }, answer.statusCode);
  }
}
