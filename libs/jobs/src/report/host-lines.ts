import { errorText } from '../job/text/error-text.js';
import { error, info, warn } from './line.js';

export interface EndedOutage {
  dependency: string;
  lastedMs: number;
  /** How many jobs of this process waited. */
  jobs: number;
  /** False if nothing has called the dependency since. */
  seenUp: boolean;
}

/** What concerns the application: its settings, its code, and what its jobs depend on. */
export const HOST_LINES = {
  boot_warning: ({ message }: { message: string }) => warn(message),

  pool_small: ({ max, slots, spare }: { max: number; slots: number; spare: number }) =>
    warn(
      `JOBS_POOL_SMALL: the host's pool has at most ${max} connections, and ${slots} jobs run at once. Handlers ` +
        'that hold a connection and call this library without its manager then wait for each other. ' +
        `Set TypeORM's poolSize to ${slots + spare} or more (concurrency + ${spare}), or lower concurrency.`,
    ),

  no_sigterm_listener: () =>
    warn(
      'Nobody listens for SIGTERM: it would end this process in the middle of its jobs, which then wait until their ' +
        'worker is declared dead. Call app.enableShutdownHooks() in main.ts.',
    ),

  unexpected_error: ({ message, stack }: Error) => error(message, stack),

  abort_listener_threw: ({ type, id, cause }: { type: string; id: string; cause: unknown }) =>
    error(
      `A listener of the abort signal of ${type} ${id} threw an error, which has no effect on the job`,
      errorText(cause),
    ),

  event_listener_threw: ({ what, cause }: { what: string; cause: unknown }) => error(what, errorText(cause)),

  dependency_down: ({ dependency, why }: { dependency: string; why: string }) =>
    warn(`${dependency} is down: ${why}\n  Its jobs wait and use no attempt. It is tried again after 1, 2, 4, … 60 s`, {
      dependency,
    }),

  dependency_up: ({ dependency, lastedMs, jobs, seenUp }: EndedOutage) => {
    const lastedSeconds = Math.round(lastedMs / 1_000);
    const end = seenUp ? 'is up again' : 'is assumed to be up, because nothing has called it since';
    const waited = `${jobs} ${jobs === 1 ? 'job' : 'jobs'} waited`;
    return info(`${dependency} ${end}, after ${lastedSeconds} s; ${waited}`, { dependency, lastedSeconds, jobs });
  },
};
