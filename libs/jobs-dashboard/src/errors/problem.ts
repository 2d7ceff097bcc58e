import type { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

/** Content type of every error, RFC 9457. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** The body of every error. */
export const problemSchema = z.object({
  type: z.literal('about:blank').meta({ description: 'errorCode says more.' }),
  title: z.string().meta({ description: "The status's name.", example: 'Not Found' }),
  status: z.int().meta({ example: 404 }),
  detail: z.string().meta({ description: 'What is wrong.', example: 'There is no job "42".' }),
  errorCode: z.string().meta({ description: 'Stable, the same in logs and documentation.', example: 'JOBS_NOT_FOUND' }),
  issues: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .meta({ description: 'Where, one entry for each field that is wrong.' }),
  fix: z.string().optional().meta({ description: 'How to mend it.' }),
});

export type Problem = z.infer<typeof problemSchema>;

/** What exceptions of Nest carry, those of the features and of this library included. */
interface ExceptionBody {
  message?: unknown;
  errorCode?: unknown;
  issues?: Problem['issues'];
  fix?: string;
}

/** An exception as the body of its answer. An exception without a code gets its status's name as one. */
export function problemOf(exception: HttpException): Problem {
  const status = exception.getStatus();
  const title = STATUS_CODES[status] ?? 'Error';
  const response = exception.getResponse();
  const body: ExceptionBody = typeof response === 'string' ? { message: response } : response;
  const code = body.errorCode ?? exception.errorCode;
  return {
    type: 'about:blank',
    title,
    status,
    detail: typeof body.message === 'string' ? body.message : title,
    errorCode: typeof code === 'string' ? code : title.toUpperCase().replaceAll(/[^A-Z]+/g, '_'),
    issues: body.issues ?? issuesOf(body.message),
    fix: body.fix,
  };
}

/** Validation pipes of Nest put a list in place of the message. */
function issuesOf(message: unknown): Problem['issues'] {
  return Array.isArray(message) ? message.map((each) => ({ path: 'request', message: String(each) })) : [];
}
