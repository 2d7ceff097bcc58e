import type { JobView } from '../job/job.js';
import type { JobRow } from '../store/sql/get-job.sql.js';

/** A row as callers see it. */
export function toJobView(row: JobRow): JobView {
  return {
    id: row.id,
    type: row.type,
    queue: row.queue,
    status: row.status,
    payload: row.payload,
    priority: row.priority,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    timeoutMs: row.timeout_ms,
    uniqueKey: row.unique_key,
    progress: row.progress,
    result: row.result,
    error: row.error,
    tags: row.tags,
    scheduledAt: row.scheduled_at,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    failures: row.failures.map(({ attempt, error, failed_at }) => ({ attempt, error, failedAt: new Date(failed_at) })),
  };
}
