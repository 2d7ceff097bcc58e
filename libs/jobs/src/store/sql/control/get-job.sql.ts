import type { JobStatus } from '../../../job/job-status.js';
import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export interface JobRow {
  id: string;
  type: string;
  queue: string;
  status: JobStatus;
  /** JSON, so that its numbers keep all their digits. */
  payload: string;
  priority: number;
  attempts: number;
  max_attempts: number;
  timeout_ms: number | null;
  unique_key: string | null;
  progress: number | null;
  progress_note: string | null;
  /** JSON. */
  result: string | null;
  error: string | null;
  tags: string[];
  scheduled_ms: number;
  started_ms: number | null;
  completed_ms: number | null;
  created_ms: number;
  updated_ms: number;
  failures: { attempt: number; error: string; failed_at: string }[];
}

/** One job with its last ten failed attempts, oldest first. */
export const getJob = statement<[shard: number, id: string], JobRow>(
  'get_job',
  `
  select
    j.timeout_ms, j.unique_key, j.progress, j.progress_note, j.result, j.error, j.tags,
    j.id, j.type, j.queue, j.status, coalesce(j.payload, '{}')::text as payload, j.priority, j.attempts,
    j.max_attempts, j.timeout_ms, j.unique_key, j.progress, j.result::text as result, j.error, j.tags,
    ${epochMs('j.scheduled_at')} as scheduled_ms, ${epochMs('j.started_at')} as started_ms,
    ${epochMs('j.completed_at')} as completed_ms, ${epochMs('j.created_at')} as created_ms,
    ${epochMs('j.updated_at')} as updated_ms,
    (
      select coalesce(jsonb_agg(to_jsonb(f) order by f.run), '[]')
      from (
        select run, attempt, error, failed_at
        from {job_failures}
        where shard = $1 and job_id = $2
        order by run desc
        limit 10
      ) as f
    ) as failures
  from {jobs} as j
  where j.shard = $1 and j.id = $2`,
);
