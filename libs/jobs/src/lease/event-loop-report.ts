import type { RunningJob } from '../slots/running-job.js';

const MAX_NAMED = 5;

/** The jobs that ran during a block of the event loop: some of them, the latest started first, and how many more. */
export function jobsDuring(held: readonly RunningJob[], sinceMs: number): { jobs: string[]; more: number } {
  const suspects = held.filter((job) => ranSince(job, sinceMs)).sort((a, b) => b.startedMs - a.startedMs);
  const jobs = suspects.slice(0, MAX_NAMED).map((job) => `${job.row.type} ${job.id}`);
  return { jobs, more: suspects.length - jobs.length };
}

/** A job whose times still equal `claimedMs` has not started, or has not ended. */
function ranSince({ claimedMs, startedMs, endedMs }: RunningJob, sinceMs: number): boolean {
  return startedMs > claimedMs && (endedMs < startedMs || endedMs >= sinceMs);
}
