import type { RunningJob } from '../slots/running-job.js';

const MAX_NAMED = 5;

/** Describes a block of the event loop and names the jobs that ran during it, the latest started first. */
export function describeBlock(blockedMs: number, held: readonly RunningJob[], sinceMs: number): string {
  const suspects = held.filter((job) => ranSince(job, sinceMs)).sort((a, b) => b.startedMs - a.startedMs);
  const named = suspects.slice(0, MAX_NAMED).map((job) => `${job.row.type} ${job.id}`);
  const more = suspects.length > MAX_NAMED ? ` and ${suspects.length - MAX_NAMED} more` : '';
  const running = named.length === 0 ? 'no job was running' : `running: ${named.join(', ')}${more}`;
  return `The event loop was blocked for ${(blockedMs / 1_000).toFixed(1)} s, or the process was suspended; ${running}`;
}

/** A job whose times still equal `claimedMs` has not started, or has not ended. */
function ranSince({ claimedMs, startedMs, endedMs }: RunningJob, sinceMs: number): boolean {
  return startedMs > claimedMs && (endedMs < startedMs || endedMs >= sinceMs);
}
