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
  /**
   * `pending` until a worker has changed the first jobs. `completed` also if some were refused. A `failed` operation has
   * changed those that it counts.
   */
  status: OperationStatus;
  /** Jobs that were changed so far; of `replay`, new jobs. */
  changed: number;
  /** Jobs that matched but were left as they were so far: others hold them, or their unique key is taken. */
  skipped: number;
  /** Jobs that matched but that the database refuses to change so far, such as by a trigger of yours. */
  refused: number;
  /** Why, for the first of them; null if none was refused. */
  refusal: string | null;
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
    refused: row.refused,
    refusal: row.refusal,
    total: Math.max(row.total, row.changed + row.skipped + row.refused),
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
