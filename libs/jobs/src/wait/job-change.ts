import type { JobStatus } from '../job/job-status.js';
import type { ChangeRow } from '../store/sql/control/read-changes.sql.js';
import type { LogLineRow } from '../store/sql/logs/read-log.sql.js';
import { toFinishedJob, type FinishedJob } from './finished-job.js';

/** A line that a handler logged with `context.log()`. */
export interface JobLogLine {
  /** Its number among all lines of the job, from 1. A gap means that lines were dropped. */
  line: number;
  /** The attempt that logged it. */
  attempt: number;
  loggedAt: Date;
  message: string;
  fields: Record<string, unknown> | null;
}

/** What `JobService.watch` yields. */
export interface JobChange {
  id: string;
  type: string;
  status: JobStatus;
  /** Attempts that were started. */
  attempts: number;
  progress: number | null;
  progressNote: string | null;
  /** Lines since the change before. The first change has the last 100. */
  lines: JobLogLine[];
  /** How the job ended; null before. */
  ended: FinishedJob | null;
}

export function toLogLine({ line, attempt, logged_ms, message, fields }: LogLineRow): JobLogLine {
  return { line, attempt, loggedAt: new Date(logged_ms), message, fields: fields as JobLogLine['fields'] };
}

/** `isLast`: all lines up to the end are known. */
export function toChange(row: ChangeRow, isLast: boolean): JobChange {
  const { id, type, status, attempts, progress, progress_note: progressNote, lines } = row;
  const hasEnded = status === 'completed' || status === 'failed' || status === 'cancelled';
  const ended = hasEnded && isLast ? toFinishedJob({ ...row, status }) : null;
  return { id, type, status, attempts, progress, progressNote, lines: lines.map(toLogLine), ended };
}
