import { Injectable } from '@nestjs/common';
import {
  defineJob,
  JobsHealthIndicator,
  JobWorkers,
  JobWorkerService,
  ProcessesJob,
  type JobProcessor,
} from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useHost } from './use-host.js';

const slow = defineJob({ type: 'slow', payload: z.object({}) });

@Injectable()
@ProcessesJob(slow)
class SlowProcessor implements JobProcessor<typeof slow> {
  readonly ends: (() => void)[] = [];

  process(): Promise<void> {
    return new Promise((resolve) => this.ends.push(resolve));
  }

  end(): void {
    for (const end of this.ends.splice(0)) end();
  }
}

const SECOND = { timeoutMs: 1_000, intervalMs: 5 };

describe('a worker that is steered from another process', () => {
  const office = useHost({ jobs: { role: 'producer' } });
  let worker: Host;
  let id: string;

  beforeEach(async () => {
    worker = await boot();
    id = await idOf(worker);
  });

  afterEach(async () => {
    processor().end();
    await worker.close();
    await office.dataSource.query('delete from jobs; delete from job_audit');
  });

  async function boot(): Promise<Host> {
    const host = await startHost({
      url: office.url,
      providers: [SlowProcessor],
      poolSize: 12,
      jobs: { concurrency: 2, shutdownTimeoutMs: 500 },
    });
    await eventually(() => status(host).listening);
    return host;
  }

  const status = (host: Host) => host.get<WorkerStatus>(WorkerStatus, { strict: false });
  const processor = () => worker.get<SlowProcessor>(SlowProcessor, { strict: false });
  const workers = () => office.get(JobWorkers);
  const slots = () => worker.get(JobWorkerService).concurrency;
  const living = async () => (await workers().list()).filter(({ alive }) => alive);
  const statuses = async (): Promise<string[]> =>
    (await office.dataSource.query<{ status: string }[]>('select status from jobs order by id')).map(
      (row) => row.status,
    );

  async function idOf(host: Host): Promise<string> {
    const rows = await host.dataSource.query<{ id: string }[]>('select id from job_workers where dead_at is null');
    return rows[0]!.id;
  }

  async function enqueue(count: number): Promise<void> {
    await office.jobs.enqueueMany(
      slow,
      Array.from({ length: count }, () => ({ payload: {} })),
    );
  }

  it('finishes what it runs and starts nothing more, until it is resumed', async () => {
    await enqueue(5);
    await eventually(() => expect(processor().ends).toHaveLength(2));
    await workers().drain(id, { actor: 'ada' });
    await eventually(() => status(worker).drained, SECOND);
    expect(await living()).toMatchObject([{ id, drainingSince: expect.any(Date), running: 2 }]);
    processor().end();
    await eventually(async () => expect((await statuses()).filter((one) => one === 'completed')).toHaveLength(2));
    const started = eventually(() => expect(processor().ends).not.toHaveLength(0), { timeoutMs: 1_500 });
    await expect(started).rejects.toThrow();
    expect((await statuses()).filter((one) => one === 'pending')).toHaveLength(3);
    const unused = await office.dataSource.query<{ n: number }[]>(
      `select count(*)::int as n from jobs where status = 'pending' and attempts > 0`,
    );
    expect(unused[0]!.n).toBe(0);
    expect(await worker.get(JobsHealthIndicator).isReady()).toMatchObject({
      jobs: { status: 'degraded', impaired: [expect.objectContaining({ reason: 'drained' })] },
    });

    await workers().resume(id, { actor: 'ada' });
    await eventually(() => expect(processor().ends).toHaveLength(2), SECOND);
    expect(await living()).toMatchObject([{ drainingSince: null }]);
    expect(await office.dataSource.query('select actor, action, details from job_audit order by id')).toEqual([
      { actor: 'ada', action: 'worker.drain', details: { worker: id } },
      { actor: 'ada', action: 'worker.resume', details: { worker: id } },
    ]);
  });

  it('takes no job of its own process without a claim while it is drained', async () => {
    await workers().drain(id);
    await eventually(() => status(worker).drained, SECOND);
    await worker.jobs.enqueue(slow, {});
    const started = eventually(() => expect(processor().ends).not.toHaveLength(0), { timeoutMs: 1_000 });
    await expect(started).rejects.toThrow();
  });

  it('stays drained when others have declared it dead and it goes on with another id', async () => {
    await workers().drain(id);
    await eventually(() => status(worker).drained, SECOND);
    await office.dataSource.query('update job_workers set dead_at = now() where id = $1', [id]);
    await eventually(async () => expect((await idOf(worker)) !== id).toBe(true), { timeoutMs: 15_000 });
    expect(await living()).toMatchObject([{ drainingSince: expect.any(Date) }]);
    await enqueue(1);
    const started = eventually(() => expect(processor().ends).not.toHaveLength(0), { timeoutMs: 7_000 });
    await expect(started).rejects.toThrow();
  }, 40_000);

  it('starts jobs again after a restart, with its own slots', async () => {
    await workers().drain(id);
    await workers().setConcurrency(id, 5);
    await eventually(() => expect(slots()).toBe(5), SECOND);
    await worker.close();
    worker = await boot();
    await enqueue(3);
    await eventually(() => expect(processor().ends).toHaveLength(2));
    expect(slots()).toBe(2);
  });

  it('gets more slots and fewer, within a second', async () => {
    await enqueue(8);
    await eventually(() => expect(processor().ends).toHaveLength(2));
    expect(await workers().setConcurrency(id, 6, { actor: 'ada' })).toBe(1);
    await eventually(() => expect(processor().ends).toHaveLength(6), SECOND);
    expect(await workers().setConcurrency('all', 1)).toBe(1);
    await eventually(() => expect(slots()).toBe(1), SECOND);
    processor().end();
    await eventually(() => expect(processor().ends).toHaveLength(1));
    expect(await office.dataSource.query('select action, details from job_audit')).toEqual([
      { action: 'worker.concurrency', details: { worker: id, slots: 6 } },
    ]);
  });

  it('keeps what its own code sets afterwards', async () => {
    await workers().setConcurrency(id, 6);
    await eventually(() => expect(slots()).toBe(6), SECOND);
    worker.get(JobWorkerService).setConcurrency(3);
    await workers().drain(id);
    await eventually(() => status(worker).drained, SECOND);
    expect(slots()).toBe(3);
    await workers().setConcurrency(id, 6);
    await eventually(() => expect(slots()).toBe(6), SECOND);
  });

  it('gets no more slots than its pool of connections allows', async () => {
    await expect(workers().setConcurrency(id, 11)).rejects.toMatchObject({ code: 'JOBS_POOL_TOO_SMALL' });
    expect(await workers().setConcurrency('all', 500)).toBe(1);
    await eventually(() => expect(slots()).toBe(10), SECOND);
    expect(await living()).toMatchObject([{ maxSlots: 10 }]);
  });

  it('is told from others that do not live, and from numbers that are none', async () => {
    const unknown = '018f0000-0000-7000-8000-000000000001';
    for (const call of [
      () => workers().drain(unknown),
      () => workers().resume(unknown),
      () => workers().setConcurrency(unknown, 2),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'JOBS_UNKNOWN_WORKER' });
    for (const count of [0, 1_001, 2.5, Number.NaN])
      await expect(workers().setConcurrency('all', count)).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    await expect(workers().drain('all')).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    expect(slots()).toBe(2);
  });
});
