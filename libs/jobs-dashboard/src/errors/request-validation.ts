import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { AdminError } from './admin.error.js';

/** Keeps `__proto__` in payloads, which Nest would drop silently. The library refuses it and names its path. */
class RequestValidationPipe extends StandardSchemaValidationPipe {
  protected override stripProtoKeys(): void {}
}

/** Validates requests with the schemas of the routes. */
export const requestValidation = new RequestValidationPipe({
  exceptionFactory: (issues) =>
    new AdminError(400, {
      code: 'JOBS_INVALID_REQUEST',
      what: 'The request is not valid.',
      issues: issues.map(describe),
      fix: 'Correct the values that "issues" names. /docs shows the format of the request.',
    }),
});

function describe({ path = [], message }: StandardSchemaV1.Issue) {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  return { path: keys.map(String).join('.') || 'request', message };
}
