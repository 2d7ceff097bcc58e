import type { JobDefinition, ResultOutput } from '../job-definition.js';
import { JobsError } from '../job.errors.js';

/**
 * The stored result as the definition's result schema makes it; as it is without a schema. Throws `JobsError` with
 * JOBS_INVALID_RESULT.
 */
export async function checkResult<D extends JobDefinition>(
  { type, result: schema }: D,
  stored: unknown,
): Promise<ResultOutput<D>> {
  if (!schema) return stored;
  const checked = await schema['~standard'].validate(stored);
  if (!checked.issues) return checked.value;
  throw new JobsError({
    code: 'JOBS_INVALID_RESULT',
    what: `A job of type "${type}" completed with a result that does not match the definition's result schema.`,
    issues: checked.issues.map(({ path = [], message }) => ({
      path: ['result', ...path.map((part) => String(typeof part === 'object' ? part.key : part))].join('.'),
      message,
    })),
    fix: 'Let the processor return what the schema describes, as JSON keeps it, or mend the schema.',
  });
}
