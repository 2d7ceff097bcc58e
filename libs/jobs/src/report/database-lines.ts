import type { JobsError } from '../job/job.errors.js';
import { debug, error, info, warn } from './line.js';

export interface Copy {
  database: string;
  schema: string;
  /** Whether its jobs wait. */
  waits: boolean;
}

/** The database as this process sees it: outages, readiness, copies, connections and notifications. */
export const DATABASE_LINES = {
  database_failing: ({ why }: { why: string }) => error(`${why}. Trying again until it works.`),

  database_works: ({ afterMs }: { afterMs: number }) =>
    info(`The database works again after ${(afterMs / 1_000).toFixed(1)} s.`),

  not_ready: ({ message }: { message: string }) => warn(`Not ready: ${message}`),

  ready_again: () => info('Ready again'),

  database_unreachable: ({ reason }: { reason: string }) => warn(`Not ready: the database does not answer (${reason})`),

  statistics_unread: ({ reason }: { reason: string }) =>
    warn(`Job statistics cannot be read (${reason}); their metrics are absent until then`),

  restored_copy: ({ database, schema, waits }: Copy) => {
    const call = (name: string) => `psql -d ${database} -c 'select ${schema}.${name}()'`;
    const what = waits ? 'Its jobs and schedules wait' : 'Its jobs and schedules run here anyway';
    return error(
      `JOBS_RESTORED_COPY: The jobs of database "${database}" were made in another database or cluster. ${what}. ` +
        `To keep them and continue: ${call('jobs_adopt_copy')} – to remove all unfinished jobs first: ` +
        `${call('jobs_clear_copy')}`,
    );
  },

  copy_adopted: () => info('The copy has been adopted. Jobs run now.'),

  copy_start_failed: ({ cause }: { cause: unknown }) => error('Jobs are not running yet', cause),

  left_in_transaction: ({ code, what, fix }: Pick<JobsError, 'code' | 'what' | 'fix'>) =>
    warn(`${code}: ${what} It was closed, and another one is used. ${fix ?? ''}`),

  deaf: ({ cause }: { cause: unknown }) =>
    warn(`No NOTIFY reaches this process (${(cause as Error).message}); polling until it does`),

  notify_failed: ({ cause }: { cause: unknown }) => debug(`NOTIFY failed: ${String(cause)}`),

  waits_unread: ({ cause }: { cause: unknown }) => debug(`Waiting for jobs: ${String(cause)}`),
};
