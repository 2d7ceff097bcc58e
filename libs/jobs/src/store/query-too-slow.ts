import { JobsError, type JobsErrorParts } from '../job/job.errors.js';
import { isCancelled } from './connection/database-errors.js';

const SELECTION: Pick<JobsErrorParts, 'what' | 'fix'> = {
  what: 'The jobs that match were not found within two seconds, or not changed within ten. Nothing was changed.',
  fix: 'Narrow the selection: give a status, or a later `since`. Searching payloads and errors costs most.',
};

/**
 * For `catch`: explains a statement that was cancelled because of its time limit, as JOBS_QUERY_TOO_SLOW. Throws any other
 * error as it is.
 */
export function tooSlow(explained = SELECTION): (error: unknown) => never {
  return (error) => {
    throw isCancelled(error) ? new JobsError({ code: 'JOBS_QUERY_TOO_SLOW', ...explained, cause: error }) : error;
  };
}
