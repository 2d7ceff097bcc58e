import type { PipeTransform } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { AdminError } from '../errors/admin.error.js';

/**
 * Checks a value of a request with a schema, and passes on what the schema makes of it. A `__proto__` in a payload stays
 * there, which Nest's own pipe would drop silently: the library refuses it and names its path.
 */
export class RequestPipe implements PipeTransform {
  constructor(private readonly schema: StandardSchemaV1) {}

  async transform(value: unknown): Promise<unknown> {
    const result = await this.schema['~standard'].validate(value);
    if (result.issues) throw invalid(result.issues);
    return result.value;
  }
}

function invalid(issues: readonly StandardSchemaV1.Issue[]): AdminError {
  return new AdminError(400, {
    code: 'JOBS_INVALID_REQUEST',
    what: 'The request is not valid.',
    issues: issues.map(describe),
    fix: 'Correct the values that "issues" names. /docs shows the format of the request.',
  });
}

function describe({ path = [], message }: StandardSchemaV1.Issue) {
  const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
  return { path: keys.map(String).join('.') || 'request', message };
}
