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
  fix: z.string().optional().meta({ description: 'How to fix it.' }),
});

export type Problem = z.infer<typeof problemSchema>;

/** The body of an exception of Nest, of a feature or of this library. */
interface ExceptionBody {
  message?: unknown;
  errorCode?: unknown;
  issues?: Problem['issues'];
  fix?: string;
}

/** Turns an exception into the body of the answer. If it has no code, the code is the name of its status. */
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

/** Nest's validation pipes set a list as the message. */
function issuesOf(message: unknown): Problem['issues'] {
  return Array.isArray(message) ? message.map((each) => ({ path: 'request', message: String(each) })) : [];
}
