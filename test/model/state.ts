import type pg from 'pg';
import type { ModelJob } from './reference-jobs.js';

/** A job as both sides see it, in words that do not depend on when the history was run. */
export interface JobState {
  id: string;
  shard: number;
  queue: string;
  priority: number;
  status: string;
  attempts: number;
  run: number;
  worker: string | null;
  dueInHours: number | null;
  finishedHoursAgo: number | null;
  error: string | null;
  result: number | null;
  progress: number | null;
  failures: string[];
  cancelAsked: boolean;
}

const READ_STATE = `
  select
    j.id, j.shard, j.queue, j.priority, j.status, j.attempts, j.run, j.worker_id as worker,
    case when j.status = 'pending' then round(extract(epoch from j.scheduled_at - now()) / 3600)::int end as "dueInHours",
    round(extract(epoch from now() - j.completed_at) / 3600)::int as "finishedHoursAgo",
    j.error, j.result, j.progress,
    array(
      select f.run || ':' || f.attempt || ':' || f.error from job_failures f
      where f.shard = j.shard and f.job_id = j.id order by f.run
    ) as failures,
    exists (select from job_signals s where s.shard = j.shard and s.job_id = j.id) as "cancelAsked"
  from jobs j
  order by j.id`;

export async function readState(pool: pg.Pool): Promise<JobState[]> {
  return (await pool.query<JobState>({ name: 'model_state', text: READ_STATE })).rows;
}

export function stateOf(job: ModelJob, hour: number): JobState {
  const { id, shard, queue, priority, status, attempts, run, worker, error, result, progress, failures } = job;
  const kept = { id, shard, queue, priority, status, attempts, run, worker, error, result, progress, failures };
  return {
    ...kept,
    dueInHours: status === 'pending' ? job.due.hour - hour : null,
    finishedHoursAgo: job.finishedHour === null ? null : hour - job.finishedHour,
    cancelAsked: job.cancelAskedHour !== null,
  };
}

/** What differs, in a line for each field; empty if nothing does. */
export function differences(expected: JobState[], found: JobState[], nameOf: (id: string) => string): string[] {
  const byId = new Map(found.map((state) => [state.id, state]));
  const lines = expected.flatMap((state) => {
    const other = byId.get(state.id);
    byId.delete(state.id);
    if (!other) return [`${nameOf(state.id)} is gone from the database`];
    return (Object.keys(state) as (keyof JobState)[])
      .filter((key) => JSON.stringify(state[key]) !== JSON.stringify(other[key]))
      .map((key) => {
        const [should, is] = [state[key], other[key]].map((value) => nameOf(JSON.stringify(value)));
        return `${nameOf(state.id)}: ${key} should be ${should}, but is ${is}`;
      });
  });
  return [...lines, ...[...byId.keys()].map((id) => `${nameOf(id)} should not be in the database`)];
}
