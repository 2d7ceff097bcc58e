import { BadRequestException, StandardSchemaValidationPipe } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** Validates requests with the schemas of the routes. The error names every invalid field. */
export const requestValidation = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) =>
    new BadRequestException({
      statusCode: 400,
      errorCode: 'INVALID_REQUEST',
      message: 'The request is not valid.',
      issues: issues.map(describe),
      fix: 'Correct the fields that "issues" names. /docs shows their format.',
    }),
});

function describe({ path = [], message }: StandardSchemaV1.Issue): { path: string; message: string } {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  return { path: keys.map(String).join('.') || 'request', message };
}
