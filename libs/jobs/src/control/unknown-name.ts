import { JobsError } from '../job/job.errors.js';
import { nearestName } from '../job/validate/nearest-name.js';

/** How many names an error lists. */
const SHOWN = 10;

interface UnknownName {
  code: 'JOBS_UNKNOWN_QUEUE' | 'JOBS_UNKNOWN_SCHEDULE' | 'JOBS_UNKNOWN_TYPE';
  kind: 'queue' | 'schedule' | 'type';
  name: string;
  known: readonly string[];
}

/** The error for the name of a queue, a schedule or a type that nobody knows. It suggests the known name that is most like it. */
export function unknownName({ code, kind, name, known }: UnknownName): JobsError {
  return new JobsError({
    code,
    what: `There is no ${kind} "${name}".`,
    fix: advice(kind, nearestName(name, known), known),
  });
}

function advice(kind: UnknownName['kind'], nearest: string | null, known: readonly string[]): string {
  if (nearest !== null) return `Did you mean "${nearest}"?`;
  if (known.length === 0) return `No ${kind} is known yet: each becomes known when a process that has it boots.`;
  const more = known.length > SHOWN ? `, and ${known.length - SHOWN} more` : '';
  return `Known are: ${known.slice(0, SHOWN).join(', ')}${more}.`;
}
