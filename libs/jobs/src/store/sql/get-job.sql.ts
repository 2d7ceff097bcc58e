import type { JobStatus } from '../../job/job-status.js';
import { statement } from '../statement.js';

export interface JobRow {
  id: string;
  type: string;
  queue: string;
  status: JobStatus;
  payload: unknown;
  priority: number;
  attempts: number;
  max_attempts: number;
  timeout_ms: number | null;
  unique_key: string | null;
  progress: number | null;
  result: unknown;
  error: string | null;
  tags: string[];
  scheduled_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  created_at: Date;
  updated_at: Date;
  failures: { attempt: number; error: string; failed_at: string }[];
}

/** One job with its last ten failed attempts, oldest first. */
export const getJob = statement<[shard: number, id: string], JobRow>(
  'get_job',
  `
  select
    j.id, j.type, j.queue, j.status, coalesce(j.payload, '{}') as payload, j.priority, j.attempts, j.max_attempts,
    j.timeout_ms, j.unique_key, j.progress, j.result, j.error, j.tags, j.scheduled_at, j.started_at, j.completed_at, j.created_at, j.updated_at,
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
