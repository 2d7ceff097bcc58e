import type { Job } from '../api/types';

export type SegmentKind = 'attempts' | 'delay' | 'backoff' | 'wait' | 'run';

/** A part of a job's life. `open`: it goes on. */
export interface Segment {
  kind: SegmentKind;
  ms: number;
  open: boolean;
}

type Timed = Pick<Job, 'status' | 'createdAt' | 'scheduledAt' | 'startedAt' | 'completedAt' | 'failures'>;

/** What the job did from when it was created until it ended, or until now. Parts without length are left out. */
export function segmentsOf(job: Timed, now: number): Segment[] {
  const created = Date.parse(job.createdAt);
  const due = Date.parse(job.scheduledAt);
  const started = startOf(job);
  const end = job.completedAt === null ? now : Date.parse(job.completedAt);
  const failed = lastFailureBefore(job, started ?? end);
  const from = failed ?? created;
  const readyAt = Math.max(from, Math.min(due, started ?? end));
  const parts: Segment[] = [
    { kind: 'attempts', ms: from - created, open: false },
    { kind: failed === null ? 'delay' : 'backoff', ms: readyAt - from, open: started === null && now < due },
    { kind: 'wait', ms: (started ?? end) - readyAt, open: started === null && isOpen(job) },
    ...(started === null ? [] : [{ kind: 'run' as const, ms: end - started, open: isOpen(job) }]),
  ];
  return parts.filter(({ ms }) => ms > 0);
}

/** A job that waits for its next attempt keeps the start of the one before. */
function startOf(job: Timed): number | null {
  return job.startedAt === null || job.status === 'pending' || job.status === 'blocked'
    ? null
    : Date.parse(job.startedAt);
}

function lastFailureBefore(job: Timed, time: number): number | null {
  const times = job.failures.map(({ failedAt }) => Date.parse(failedAt)).filter((failedAt) => failedAt <= time);
  return times.length > 0 ? Math.max(...times) : null;
}

function isOpen(job: Timed): boolean {
  return job.completedAt === null;
}
