import type { OnModuleInit } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Largest body that the API reads: above the largest payload of a job, which has a limit and an error of its own. */
export const BODY_LIMIT = '1mb';

/** What Express says when it cannot read a body. */
interface BodyError {
  type?: string;
  status?: number;
  message?: string;
}

const ANSWERS: Record<string, { errorCode: string; message: string; fix: string }> = {
  'entity.parse.failed': {
    errorCode: 'MONSTERA_MALFORMED_JSON',
    message: 'The body is not valid JSON.',
    fix: 'Send one object, with names and texts in double quotes and no comma after the last field.',
  },
  'entity.too.large': {
    errorCode: 'MONSTERA_BODY_TOO_LARGE',
    message: `The body is larger than ${BODY_LIMIT}.`,
    fix: 'Send less at once.',
  },
  'encoding.unsupported': {
    errorCode: 'MONSTERA_UNSUPPORTED_ENCODING',
    message: 'The content encoding of the body is not supported.',
    fix: 'Send the body plain, or compressed with gzip, deflate or br.',
  },
  'charset.unsupported': {
    errorCode: 'MONSTERA_UNSUPPORTED_CHARSET',
    message: 'The character set of the body is not supported.',
    fix: 'Send JSON in UTF-8.',
  },
};

/**
 * Answers bodies that cannot be read with a stable code, where no library answers for its own routes: the root module's
 * hooks run last. Not a filter of Nest, which would have to catch everything and would stand before the libraries'.
 */
@Injectable()
export class BodyErrors implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.use((error: BodyError, _request: unknown, response: unknown, next: (error: unknown) => void) => {
      const answer = ANSWERS[error.type ?? ''];
      if (!answer) return next(error);
      const issues = [{ path: 'body', message: (error.message ?? '').slice(0, 200) }];
      httpAdapter.reply(response, { statusCode: error.status, ...answer, issues }, error.status);
    });
  }
}
