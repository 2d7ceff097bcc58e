import type { JobView } from '../job/job.js';
import type { JobRow } from '../store/sql/control/get-job.sql.js';

/** Converts a row to what `JobService.get()` returns. */
export function toJobView(row: JobRow): JobView {
  return {
    id: row.id,
    type: row.type,
    queue: row.queue,
    status: row.status,
    payload: JSON.parse(row.payload),
    priority: row.priority,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    timeoutMs: row.timeout_ms,
    uniqueKey: row.unique_key,
    progress: row.progress,
    progressNote: row.progress_note,
    result: row.result === null ? null : JSON.parse(row.result),
    error: row.error,
    tags: row.tags,
    scheduledAt: new Date(row.scheduled_ms),
    startedAt: timeOf(row.started_ms),
    completedAt: timeOf(row.completed_ms),
    createdAt: new Date(row.created_ms),
    updatedAt: new Date(row.updated_ms),
    failures: row.failures.map(({ attempt, error, failed_at }) => ({ attempt, error, failedAt: new Date(failed_at) })),
  };
}

function timeOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
