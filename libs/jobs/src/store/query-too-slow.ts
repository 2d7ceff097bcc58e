import { JobsError } from '../job/job.errors.js';
import { isCancelled } from './connection/database-errors.js';

/** Explains a statement that was cancelled because of its time limit. Throws any other error as it is. */
export function rethrowTooSlow(error: unknown): never {
  if (!isCancelled(error)) throw error;
  throw new JobsError({
    code: 'JOBS_QUERY_TOO_SLOW',
    what: 'The jobs that match were not found within two seconds, or not changed within ten. Nothing was changed.',
    fix: 'Narrow the selection: give a status, or a later `since`. Searching payloads and errors costs most.',
    cause: error,
  });
}
