import { DataSource } from 'typeorm';
import type { HttpHost } from '../jobs/http-host.js';

export interface SeededJob {
  type?: string;
  status?: string;
  queue?: string;
  /** JSON, so that it may have numbers which JavaScript would round. */
  payload?: string;
  result?: string;
  tags?: string[];
  uniqueKey?: string;
  /** The texts of its failed attempts, oldest first. */
  errors?: string[];
}

const INSERT = `
  insert into jobs (type, status, queue, payload, result, tags, unique_key, error, attempts, started_at, completed_at, scheduled_at, created_at)
  values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, case when $10 then now() - interval '8 seconds' end,
    case when $11 then now() - interval '2 seconds' end, now() - interval '20 seconds', now() - interval '60 seconds'
  )
  returning id`;

const INSERT_FAILURE = `
  insert into job_failures (job_id, run, attempt, error, failed_at)
  values ($1, $2, $2, $3, now() - make_interval(secs => $4))`;

/** Writes a job as it would be after its life so far. */
export async function seedJob(host: HttpHost, job: SeededJob = {}): Promise<string> {
  const { type = 'data_cleanup', status = 'pending', queue = 'default', payload = '{}', errors = [] } = job;
  const isFinished = ['completed', 'failed', 'cancelled'].includes(status);
  const dataSource = host.get(DataSource);
  const columns = [type, status, queue, payload, job.result ?? null, job.tags ?? [], job.uniqueKey ?? null];
  const last = errors.at(-1) ?? null;
  const rows = await dataSource.query(INSERT, [...columns, last, errors.length, status !== 'pending', isFinished]);
  const { id } = rows[0] as { id: string };
  for (const [i, error] of errors.entries())
    await dataSource.query(INSERT_FAILURE, [id, i + 1, error, 2 + 20 * (errors.length - 1 - i)]);
  return id;
}
