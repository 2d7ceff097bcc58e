import { defineJob, type JobOptions, type JobsModuleOptions, type JobStatus } from '@monstera/jobs';
import { z } from 'zod';
import { startHost, type Host } from './host.js';

export const letter = defineJob({
  type: 'letter',
  payload: z.object({ to: z.string() }),
  queue: 'mail',
  priority: 3,
  maxAttempts: 4,
});

const ALL: readonly JobStatus[] = ['pending', 'processing', 'completed', 'failed', 'cancelled'];
/** What has become of the job of each status, if nothing has. */
export const UNCHANGED = Object.fromEntries(ALL.map((status) => [status, status]));

/** Jobs of every status on a producer, so that nothing moves but what the test moves. */
export class SelectionLab {
  private constructor(readonly host: Host) {}

  static async open(url: string, shards: number, options: JobsModuleOptions = {}): Promise<SelectionLab> {
    const jobs: JobsModuleOptions = { role: 'producer', definitions: [letter], shards, ...options };
    return new SelectionLab(await startHost({ url, jobs }));
  }

  close(): Promise<void> {
    return this.host.close();
  }

  reset(): Promise<unknown> {
    return this.sql('truncate jobs, job_signals, job_failures, job_audit');
  }

  sql<Row>(text: string, params: unknown[] = []): Promise<Row[]> {
    return this.host.dataSource.query<Row[]>(text, params);
  }

  async add(status: JobStatus, options: JobOptions = {}): Promise<string> {
    const { id } = await this.host.jobs.enqueue(letter, { to: 'Ada' }, options);
    await this.sql(
      `update jobs
       set status = $2::text, attempts = 3, run = 3, progress = 40, error = 'Error: x',
           worker_id = case when $2 = 'processing' then gen_random_uuid() end,
           started_at = case when $2 = 'processing' then now() end,
           completed_at = case when $2 in ('completed', 'failed', 'cancelled') then now() end
       where id = $1 and $2 <> 'pending'`,
      [id, status],
    );
    return id;
  }

  async addEach(): Promise<Record<JobStatus, string>> {
    const ids = {} as Record<JobStatus, string>;
    for (const status of ALL) ids[status] = await this.add(status);
    return ids;
  }

  async statusOf(id: string): Promise<JobStatus | null> {
    return (await this.host.jobs.get(id))?.status ?? null;
  }

  async statusesOf(ids: Record<string, string>): Promise<Record<string, JobStatus | null>> {
    const found = Object.entries(ids).map(async ([was, id]) => [was, await this.statusOf(id)] as const);
    return Object.fromEntries(await Promise.all(found));
  }

  signals(): Promise<{ job_id: string }[]> {
    return this.sql('select job_id from job_signals order by job_id');
  }

  audit(): Promise<object[]> {
    return this.sql('select actor, action, job_id, details from job_audit order by created_at');
  }

  /** Runs work while another transaction is open that has run this statement. */
  async beside<T>(text: string, params: unknown[], work: (end: () => Promise<void>) => Promise<T>): Promise<T> {
    const other = this.host.dataSource.createQueryRunner();
    await other.startTransaction();
    try {
      await other.manager.query(text, params);
      return await work(() => other.commitTransaction());
    } finally {
      if (other.isTransactionActive) await other.rollbackTransaction();
      await other.release();
    }
  }
}
