import type { JobDefinition } from '../job/job-definition.js';
import { InvalidJobOptionError, InvalidPayloadError } from '../job/job.errors.js';
import type { JobOptions } from './enqueue-options.js';
import { prepareJob, type PreparedJob, type PrepareLimits } from './prepare-job.js';

/** Prepares the jobs of one call. Throws what `prepareJob` throws, with the job's place in each path: `jobs[3].delayMs`. */
export async function prepareJobs(
  definition: JobDefinition,
  jobs: ReadonlyArray<JobOptions & { payload: unknown }>,
  limits: PrepareLimits,
): Promise<PreparedJob[]> {
  if (!Array.isArray(jobs)) throw new InvalidJobOptionError('jobs', `is ${kindOf(jobs)}; must be an array`, FIX);
  const prepared: PreparedJob[] = [];
  for (let i = 0; i < jobs.length; i++) {
    const entry: unknown = jobs[i];
    if (!isEntry(entry))
      throw new InvalidJobOptionError(`jobs[${i}]`, `is ${kindOf(entry)}; must be an object with a payload`, FIX);
    try {
      const { payload, ...options } = entry;
      const job = prepareJob(definition, payload, options, limits);
      prepared.push(job instanceof Promise ? await job : job);
    } catch (error) {
      throw within(`jobs[${i}]`, definition, error);
    }
  }
  return prepared;
}

const FIX = 'Give an array of { payload, ...options }.';

function isEntry(entry: unknown): entry is JobOptions & { payload: unknown } {
  return typeof entry === 'object' && entry !== null && !Array.isArray(entry);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}

/** Prefixes each path of the error with the place of the job. */
function within(place: string, { type }: JobDefinition, error: unknown): unknown {
  if (error instanceof InvalidJobOptionError) {
    const issues = error.issues.map(({ path, message }) => ({ path: `${place}.${path}`, message }));
    const [first = { path: place, message: error.what }, ...others] = issues;
    return new InvalidJobOptionError(first.path, first.message, error.fix, others);
  }
  if (!(error instanceof InvalidPayloadError)) return error;
  const issues = error.issues.map(({ path, message }) => ({ path: `${place}.${path}`, message }));
  return new InvalidPayloadError(type, issues, error.code as ConstructorParameters<typeof InvalidPayloadError>[2]);
}
