import { error, info, warn } from './line.js';

export interface Rescued {
  /** What became of the jobs. */
  counts: { pending: number; failed: number; cancelled: number };
  /** Some of their types, each with its number of jobs and some of their ids. */
  types: Record<string, { jobs: number; firstIds: string[] }>;
  typesInAll: number;
  /** Some of the dead workers. */
  workers: string[];
}

const seconds = (ms: number): string => `${ms / 1_000} s`;

/** The life of a worker: its lease, its event loop, and the jobs of workers that died. */
export const WORKER_LINES = {
  working: ({ queues, slots, worker }: { queues: readonly string[]; slots: number; worker: string }) =>
    info(`Working on ${queues.join(', ')} with ${slots} slots as worker ${worker}`),

  drained: () => info('Drained: no job of this process is running any more'),

  declared_dead: ({ worker }: { worker: string }) =>
    error(`Worker ${worker} was declared dead by others: aborting its jobs, going on with a new id`),

  lease_expired: ({ afterMs }: { afterMs: number }) =>
    error(`The lease could not be renewed for ${seconds(afterMs)}: not claiming, and aborting running jobs`),

  heartbeat_broke: ({ message }: { message: string }) =>
    error(`The heartbeat thread broke: ${message}. Starting it again.`),

  heartbeat_relayed: ({ because, lostAfterMs }: { because: string; lostAfterMs: number }) =>
    warn(
      `The DataSource's ${because} cannot be sent to a thread, so the main thread renews the lease: it is lost if the ` +
        `event loop is blocked for ${seconds(lostAfterMs)} or longer`,
    ),

  event_loop_blocked: ({ blockedMs, jobs, more }: { blockedMs: number; jobs: readonly string[]; more: number }) => {
    const others = more > 0 ? ` and ${more} more` : '';
    const running = jobs.length === 0 ? 'no job was running' : `running: ${jobs.join(', ')}${others}`;
    const length = (blockedMs / 1_000).toFixed(1);
    return warn(`The event loop was blocked for ${length} s, or the process was suspended; ${running}`);
  },

  jobs_rescued: ({ counts, ...facts }: Rescued) => {
    const jobs = counts.pending + counts.failed + counts.cancelled;
    const ends = `${counts.pending} run again, ${counts.failed} failed for good, ${counts.cancelled} cancelled`;
    const text = `Took back ${jobs} ${jobs === 1 ? 'job' : 'jobs'} of workers that died: ${ends}`;
    return (counts.failed > 0 ? error : warn)(text, { jobs, ...counts, ...facts });
  },

  jobs_unrescuable: ({ jobs, firstIds, why }: { jobs: number; firstIds: readonly string[]; why: string }) =>
    error(
      `${jobs} ${jobs === 1 ? 'job' : 'jobs'} of workers that died cannot be taken back, because the rows cannot be ` +
        `changed; they are tried again each minute. ${why}. Look for a trigger, a policy or a constraint on the table.`,
      { firstIds },
    ),

  outcome_waits: ({ type, id }: { type: string; id: string }) =>
    warn(
      `The outcome of ${type} ${id} waits: an open transaction holds the job's row, a trigger refuses it, or writing it takes too long`,
    ),
};
