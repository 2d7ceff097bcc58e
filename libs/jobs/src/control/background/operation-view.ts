import { JobsError } from '../../job/job.errors.js';
import type { OperationRow, OperationStatus } from '../../store/sql/control/operations.sql.js';

/** An action on many jobs that workers go through batch by batch. */
export interface JobOperation {
  id: string;
  /** Such as `retry`; `run_now` for `runNow`. */
  action: string;
  /** Which jobs, under `filter`, and what else the action was given. Of a payload only the names of its fields. */
  details: Record<string, unknown>;
  /** Who asked for it, if that is known. */
  actor: string | null;
  /** `pending` until a worker has changed the first jobs. A `failed` operation has changed those that it counts. */
  status: OperationStatus;
  /** Jobs that were changed so far; of `replay`, new jobs. */
  changed: number;
  /** Jobs that matched but could not be changed, so far. */
  skipped: number;
  /** How many jobs matched when it was asked for, at most `atMost`. */
  total: number;
  /** True if more may have matched. */
  totalCapped: boolean;
  /** Why its last batch did not succeed; null if it did. */
  error: string | null;
  createdAt: Date;
  startedAt: Date | null;
  updatedAt: Date;
  endedAt: Date | null;
  /** Who cancelled it, if that is known. */
  endedBy: string | null;
}

export function toOperation(row: OperationRow): JobOperation {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms));
  return {
    id: row.id,
    action: row.action,
    details: row.filter,
    actor: row.actor,
    status: row.status,
    changed: row.changed,
    skipped: row.skipped,
    total: Math.max(row.total, row.changed + row.skipped),
    totalCapped: row.total_capped && row.ended_ms === null,
    error: row.error,
    createdAt: new Date(row.created_ms),
    startedAt: time(row.started_ms),
    updatedAt: new Date(row.updated_ms),
    endedAt: time(row.ended_ms),
    endedBy: row.ended_by,
  };
}

export function unknownOperation(id: string): JobsError {
  return new JobsError({
    code: 'JOBS_UNKNOWN_OPERATION',
    what: `There is no operation "${id}".`,
    fix: 'Check the id. Operations are deleted after the retention of failed jobs.',
  });
}
