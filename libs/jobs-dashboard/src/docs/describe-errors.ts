import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { PROBLEM_CONTENT_TYPE, problemSchema } from '../errors/problem.js';

type Responses = Record<string, { description: string; content?: object }>;

interface Operation {
  responses?: Responses;
  security?: unknown[];
}

const REFERENCE = { schema: { $ref: '#/components/schemas/Problem' } };

/** Errors that every route can answer. */
const EVERYWHERE: Responses = {
  '401': { description: 'JOBS_ADMIN_UNAUTHORIZED: the token is missing or wrong' },
  '403': { description: 'JOBS_ADMIN_READ_ONLY or JOBS_ADMIN_CROSS_SITE: not for this token, or not from this page' },
  '500': { description: 'JOBS_INTERNAL_ERROR: the log of the server has the details' },
  '503': { description: 'JOBS_DATABASE_UNAVAILABLE: try again after the seconds of Retry-After' },
};

/** Adds the format of errors to each route, and the errors that every route has. */
export function describeErrors(document: OpenAPIObject): OpenAPIObject {
  const { $schema: _, ...problem } = z.toJSONSchema(problemSchema);
  const schemas = { ...document.components?.schemas, Problem: problem as object };
  document.components = { ...document.components, schemas };
  for (const item of Object.values(document.paths))
    for (const operation of Object.values(item) as Operation[]) describe(operation);
  return document;
}

function describe(operation: Operation): void {
  const responses: Responses = { ...EVERYWHERE, ...operation.responses };
  for (const [status, response] of Object.entries(responses))
    if (status >= '400') responses[status] = { ...response, content: { [PROBLEM_CONTENT_TYPE]: REFERENCE } };
  operation.responses = responses;
}
