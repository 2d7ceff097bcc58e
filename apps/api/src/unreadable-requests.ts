import type { OnModuleInit } from '@nestjs/common';
import { HttpException, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Limit on the body of a request. Above the limit on payloads, so that a large payload gets the library's own error. */
export const BODY_LIMIT = '1mb';

/** The error that Express throws if it cannot read the address or the body of a request. */
interface ReadError {
  type?: string;
  status?: number;
  message?: string;
  /** True in errors that Express makes for the client, and absent in all others. */
  expose?: boolean;
}

interface Answer {
  errorCode: string;
  message: string;
  fix: string;
}

const MALFORMED_URL: Answer = {
  errorCode: 'MONSTERA_MALFORMED_URL',
  message: 'The address has an escape sequence that is not valid UTF-8.',
  fix: 'Write "%" itself as %25, and other characters as the escaped bytes of their UTF-8 form.',
};

const UNREADABLE: Answer = {
  errorCode: 'MONSTERA_UNREADABLE_REQUEST',
  message: 'The request cannot be read.',
  fix: 'Send the whole body, compressed as Content-Encoding says, and as long as Content-Length says.',
};

const ANSWERS: Record<string, Answer> = {
  'entity.parse.failed': {
    errorCode: 'MONSTERA_MALFORMED_JSON',
    message: 'The body is not valid JSON.',
    fix: 'Send one object, with names and texts in double quotes and no comma after the last field.',
  },
  'entity.too.large': {
    errorCode: 'MONSTERA_BODY_TOO_LARGE',
    message: `The body is larger than ${BODY_LIMIT}.`,
    fix: 'Send less data in one request.',
  },
  'encoding.unsupported': {
    errorCode: 'MONSTERA_UNSUPPORTED_ENCODING',
    message: 'The content encoding of the body is not supported.',
    fix: 'Send the body uncompressed, or compressed with gzip, deflate or br.',
  },
  'charset.unsupported': {
    errorCode: 'MONSTERA_UNSUPPORTED_CHARSET',
    message: 'The character set of the body is not supported.',
    fix: 'Send JSON in UTF-8.',
  },
};

/**
 * Gives requests that cannot be read an error with a stable code, because Nest would turn some of these errors into an
 * exception without the cause. The root module's hooks run last, so libraries answer for their own routes first.
 */
@Injectable()
export class UnreadableRequests implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    this.adapterHost.httpAdapter.use(
      (error: unknown, _request: unknown, _response: unknown, next: (error: unknown) => void) =>
        next(toException(error) ?? error),
    );
  }
}

function toException(error: unknown): HttpException | null {
  const { type = '', status = 400, message = '', expose } = (error ?? {}) as ReadError;
  const isUrl = error instanceof URIError;
  if (!isUrl && (expose !== true || status >= 500)) return null;
  const answer = isUrl ? MALFORMED_URL : (ANSWERS[type] ?? UNREADABLE);
  const issues = [{ path: isUrl ? 'url' : 'body', message: message.slice(0, 200) }];
  return new HttpException({ ...answer, issues }, status);
}
