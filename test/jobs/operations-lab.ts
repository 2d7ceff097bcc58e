import { Injectable } from '@nestjs/common';
import {
  JobOperations,
  PermanentJobError,
  ProcessesJob,
  type JobProcessor,
  type JobsModuleOptions,
  type JobStatus,
} from '@monstera/jobs';
import { runBatch } from '../../libs/jobs/src/control/background/run-batch.js';
import { JOBS_OPTIONS, type JobsOptions } from '../../libs/jobs/src/jobs.options.js';
import { WakeUp } from '../../libs/jobs/src/wake/wake-up.js';
import { startHost, type Host } from './host.js';
import { letter, SelectionLab } from './selection-lab.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';

const CHUNK = 1_000;

/** Fails for good, so that a job which is retried fails again at once. */
@Injectable()
@ProcessesJob(letter)
class FailingProcessor implements JobProcessor<typeof letter> {
  async process(): Promise<void> {
    throw new PermanentJobError('again');
  }
}

/** Many jobs on a producer, and workers where a test wants some. */
export class OperationsLab {
  private readonly workers: Host[] = [];

  private constructor(
    private readonly databaseUrl: string,
    readonly selection: SelectionLab,
    private readonly shards: number,
  ) {}

  static async open(url: string, shards: number, options?: JobsModuleOptions): Promise<OperationsLab> {
    return new OperationsLab(url, await SelectionLab.open(url, shards, options), shards);
  }

  get operations(): JobOperations {
    return this.selection.host.get(JobOperations);
  }

  get jobs() {
    return this.selection.host.jobs;
  }

  async reset(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.close()));
    await this.selection.sql('truncate jobs, job_signals, job_failures, job_audit, job_operations');
  }

  async close(): Promise<void> {
    await this.reset();
    await this.selection.close();
  }

  /** Jobs with this status, the last of which finished last. */
  async addMany(count: number, status: JobStatus): Promise<void> {
    for (let left = count; left > 0; left -= CHUNK)
      await this.jobs.enqueueMany(
        letter,
        Array.from({ length: Math.min(left, CHUNK) }, () => ({ payload: { to: 'Ada' } })),
      );
    await this.selection.sql(
      `update jobs
       set status = $1::text, run = 3, error = case when $1 = 'failed' then 'Error: x' end,
           completed_at = case when $1 in ('completed', 'failed', 'cancelled') then now() end
       where status = 'pending' and $1 <> 'pending'`,
      [status],
    );
  }

  /** A worker that takes no jobs of the queue, or one whose jobs all fail. */
  async startWorker(runs: 'nothing' | 'failures' = 'nothing'): Promise<Host> {
    const worker = await startHost({
      url: this.databaseUrl,
      providers: [FailingProcessor],
      jobs: { role: 'worker', shards: this.shards, queues: runs === 'nothing' ? ['other'] : ['mail'], concurrency: 50 },
    });
    this.workers.push(worker);
    return worker;
  }

  /** What a worker does next about operations. */
  runBatch(): Promise<number | null> {
    const { dataSource, get } = this.selection.host;
    return runBatch({ dataSource, options: get<JobsOptions>(JOBS_OPTIONS), wakeUp: get(WakeUp), clock: systemClock });
  }

  /** Runs batches until no operation is left, without their pauses. */
  async runAll(): Promise<number> {
    for (let batches = 0; ; batches++) {
      await this.selection.sql('update job_operations set next_at = now()');
      if ((await this.runBatch()) === null) return batches;
    }
  }

  async count(status: JobStatus): Promise<number> {
    const [row] = await this.selection.sql<{ n: number }>('select count(*)::int as n from jobs where status = $1', [
      status,
    ]);
    return row!.n;
  }
}
