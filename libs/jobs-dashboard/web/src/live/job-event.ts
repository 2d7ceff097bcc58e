import type { QueryClient } from '@tanstack/react-query';
import type { JobLog, JobWithTexts, LogLine, Status } from '../api/types';

/** How a job changed, as the server sends it. */
export interface JobEvent {
  id: string;
  status: Status;
  attempts: number;
  progress: number | null;
  progressNote: string | null;
  lines: LogLine[];
}

/** A page keeps as many lines as the server. */
const MAX_LINES = 1_000;

/** Puts a change into what the page has read. What the event does not carry is read again. */
export function applyJobEvent(client: QueryClient, event: JobEvent): void {
  const { id, status, attempts, progress, progressNote } = event;
  const known = client.getQueryData<JobWithTexts>(['job', id]);
  if (known && known.job.status === status && known.job.attempts === attempts)
    client.setQueryData<JobWithTexts>(['job', id], { ...known, job: { ...known.job, progress, progressNote } });
  else void client.invalidateQueries({ predicate: ({ queryKey: [kind, of] }) => of === id && kind !== 'log' });
  const log = client.getQueryData<JobLog>(['log', id]);
  if (!log) return;
  const next = withLines(log, event.lines);
  if (next) client.setQueryData(['log', id], next);
  else void client.invalidateQueries({ queryKey: ['log', id] });
}

/** Null if lines between are missing. */
export function withLines(log: JobLog, lines: readonly LogLine[]): JobLog | null {
  const added = lines.filter(({ line }) => line > log.total);
  const [first] = added;
  if (!first) return log;
  if (first.line !== log.total + 1) return null;
  return { ...log, lines: [...log.lines, ...added].slice(-MAX_LINES), total: added.at(-1)!.line };
}
