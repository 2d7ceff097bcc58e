import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ServerResponse } from 'node:http';

/** Above the largest payload of a job, which has a limit and an error of its own. */
const BODY_LIMIT = '1mb';

/** What Express says when it cannot read a body. */
interface BodyError {
  type?: string;
  status?: number;
}

const ANSWERS: Record<string, { code: string; message: string; fix: string }> = {
  'entity.parse.failed': {
    code: 'MONSTERA_MALFORMED_JSON',
    message: 'The body is not valid JSON.',
    fix: 'Send one object or array, with names and text in double quotes and no comma after the last item.',
  },
  'entity.too.large': {
    code: 'MONSTERA_BODY_TOO_LARGE',
    message: `The body is larger than ${BODY_LIMIT}.`,
    fix: 'Store large data elsewhere and send where it is.',
  },
  'encoding.unsupported': {
    code: 'MONSTERA_UNSUPPORTED_ENCODING',
    message: 'The content encoding of the body is not supported.',
    fix: 'Send the body plain, or compressed with gzip, deflate or br.',
  },
  'charset.unsupported': {
    code: 'MONSTERA_UNSUPPORTED_CHARSET',
    message: 'The character set of the body is not supported.',
    fix: 'Send JSON in UTF-8.',
  },
};

/**
 * Reads JSON bodies, and answers those that cannot be read with a stable code. As middleware of Express rather than a
 * filter of Nest: a filter would have to catch everything, and would stand before the filters of the libraries.
 * The application has to be created with `bodyParser: false`.
 */
export function readBodies(app: NestExpressApplication): void {
  app.useBodyParser('json', { limit: BODY_LIMIT });
  app.use((error: BodyError, _request: unknown, response: ServerResponse, next: (error: unknown) => void) => {
    const answer = ANSWERS[error.type ?? ''];
    if (!answer) return next(error);
    response.writeHead(error.status ?? 400, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ statusCode: error.status, ...answer }));
  });
}
