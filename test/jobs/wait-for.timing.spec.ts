import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  defineJob,
  JobNotCompletedError,
  JobNotFoundError,
  PermanentJobError,
  ProcessesJob,
  type Job,
  type JobProcessor,
} from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';
import { useHost } from './use-host.js';

const sum = defineJob({
  type: 'sum',
  payload: z.object({ of: z.array(z.number()), fails: z.string().optional() }),
  result: z.object({ total: z.number() }),
  maxAttempts: 1,
});
const held = defineJob({ type: 'held', payload: z.object({}) });

/** Ends the job `held`. */
let release: () => void;
let holding: Promise<void>;

@Injectable()
@ProcessesJob(sum)
class SumProcessor implements JobProcessor<typeof sum> {
  async process({ payload: { of, fails } }: Job<typeof sum>): Promise<{ total: number }> {
    if (fails !== undefined) throw new PermanentJobError(fails);
    return { total: of.reduce((total, one) => total + one, 0) };
  }
}

@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  async process(): Promise<string> {
    await holding;
    return 'released';
  }
}

const LISTENING = `
  select pid from pg_stat_activity
  where datname = current_database() and query like 'listen monstera_jobs%' and state = 'idle'`;

describe('a process that waits for a job of another process', () => {
  const database = useDatabase();
  let producer: Host;
  let worker: Host;

  beforeAll(async () => {
    database.closeFirst(async () => {
      release();
      await producer.close();
      await worker.close();
    });
    const { url } = database;
    producer = await startHost({ url, jobs: { role: 'producer' } });
    worker = await startHost({ url, providers: [SumProcessor, HeldProcessor] });
    await eventually(() => worker.get(WorkerStatus).listening);
  });

  beforeEach(() => {
    holding = new Promise((resolve) => (release = resolve));
  });

  it('gets the result, with the type and the checks of its schema', async () => {
    const { result, ...job } = await producer.jobs.enqueueAndWait(sum, { of: [1, 2, 3] });
    expect(result!.total).toBe(6);
    expect(job).toMatchObject({ type: 'sum', status: 'completed', attempts: 1, error: null });
    expect(job.completedAt).toBeInstanceOf(Date);
  });

  it('hears of the end at once, and does not find it by polling', async () => {
    await producer.jobs.enqueueAndWait(sum, { of: [] });
    const durations: number[] = [];
    for (let i = 0; i < 50; i++) {
      const startedMs = performance.now();
      await producer.jobs.enqueueAndWait(sum, { of: [i] });
      durations.push(performance.now() - startedMs);
    }
    expect(durations.sort((a, b) => a - b)[25]).toBeLessThan(60);
  });

  it('hears at once of a job that has been running for long', async () => {
    const { id } = await producer.jobs.enqueue(held, {});
    const waiting = producer.jobs.waitFor(id, { timeoutMs: 20_000 });
    await eventually(async () => (await producer.jobs.get(id))!.status === 'processing');
    // The looks at the row have become rare by then.
    await expect(producer.jobs.waitFor(id, { timeoutMs: 4_000 })).rejects.toMatchObject({ code: 'JOBS_WAIT_TIMEOUT' });
    const releasedMs = performance.now();
    release();
    await expect(waiting).resolves.toMatchObject({ id, status: 'completed', result: 'released' });
    expect(performance.now() - releasedMs).toBeLessThan(200);
  }, 15_000);

  it('finds the end of a job that had ended before', async () => {
    const { id } = await producer.jobs.enqueueAndWait(sum, { of: [4] });
    await expect(producer.jobs.waitFor(id.toUpperCase())).resolves.toMatchObject({ id, result: { total: 4 } });
  });

  it('is told how a job failed', async () => {
    const error = await producer.jobs.enqueueAndWait(sum, { of: [], fails: 'no numbers' }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(JobNotCompletedError);
    expect(error).toMatchObject({ code: 'JOBS_NOT_COMPLETED', job: { status: 'failed', attempts: 1, result: null } });
    expect(error.message).toMatch(/^JOBS_NOT_COMPLETED: Job [0-9a-f-]{36} of type "sum" is failed after 1 attempt: /);
    expect(error.message).toContain('no numbers');
  });

  it('is told that a job was cancelled', async () => {
    const { id } = await producer.jobs.enqueue(sum, { of: [] }, { delayMs: 60_000 });
    const waiting = producer.jobs.waitFor(id);
    await producer.jobs.cancel(id);
    await expect(waiting).resolves.toMatchObject({ id, status: 'cancelled' });
  });

  it('refuses a result that does not match the schema', async () => {
    const strict = defineJob({ ...sum, result: z.object({ total: z.string() }) });
    await expect(producer.jobs.enqueueAndWait(strict, { of: [1] })).rejects.toMatchObject({
      code: 'JOBS_INVALID_RESULT',
      issues: [{ path: 'result.total' }],
    });
  });

  it('waits for the job that has the unique key', async () => {
    const { id } = await producer.jobs.enqueue(held, {}, { uniqueKey: 'only' });
    const waiting = producer.jobs.enqueueAndWait(held, {}, { uniqueKey: 'only' });
    release();
    await expect(waiting).resolves.toMatchObject({ id, result: 'released' });
  });

  it('stops waiting after its time, or when its signal aborts; the job goes on', async () => {
    const startedMs = performance.now();
    const error = await producer.jobs.enqueueAndWait(held, {}, { timeoutMs: 300 }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'JOBS_WAIT_TIMEOUT' });
    expect(performance.now() - startedMs).toBeGreaterThan(290);
    const [, id] = /Job (\S+)/.exec(error.message)!;
    const aborting = new AbortController();
    const waiting = producer.jobs.waitFor(id!, { signal: aborting.signal });
    aborting.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    release();
    await expect(producer.jobs.waitFor(id!)).resolves.toMatchObject({ status: 'completed' });
  });

  it('adds no job if its signal has already aborted, or an option is wrong', async () => {
    const { count } = await producer.jobs.where({}).count();
    const aborted = AbortSignal.abort(new Error('left before'));
    await expect(producer.jobs.enqueueAndWait(sum, { of: [] }, { signal: aborted })).rejects.toThrow('left before');
    await expect(producer.jobs.enqueueAndWait(sum, { of: [] }, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'JOBS_INVALID_OPTION',
    });
    await expect(producer.jobs.enqueueAndWait(sum, { of: ['1' as never] })).rejects.toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
    });
    expect(await producer.jobs.where({}).count()).toEqual({ count, capped: false });
  });

  it('says that there is no such job, and what is no id', async () => {
    await expect(producer.jobs.waitFor(randomUUID())).rejects.toBeInstanceOf(JobNotFoundError);
    await expect(producer.jobs.waitFor('7')).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
  });

  it('finds the end by looking where no notification comes through', async () => {
    const pooled = await startHost({ url: database.url, jobs: { role: 'producer', pooled: true } });
    try {
      const { result } = await pooled.jobs.enqueueAndWait(sum, { of: [5, 6] }, { timeoutMs: 5_000 });
      expect(result).toEqual({ total: 11 });
    } finally {
      await pooled.close();
    }
  });

  it('has one connection for 2,000 calls, and gets every result', async () => {
    await producer.jobs.enqueueAndWait(sum, { of: [] });
    const before = await producer.dataSource.query(LISTENING);
    const numbers = Array.from({ length: 2_000 }, (_, i) => i);
    const jobs = await Promise.all(numbers.map((i) => producer.jobs.enqueueAndWait(sum, { of: [i] })));
    expect(jobs.map(({ result }) => result!.total)).toEqual(numbers);
    expect(await producer.dataSource.query(LISTENING)).toEqual(before);
  });

  it('ends every wait when it shuts down', async () => {
    const short = await startHost({ url: database.url, jobs: { role: 'producer' } });
    const { id } = await producer.jobs.enqueue(sum, { of: [] }, { delayMs: 60_000 });
    const waiting = short.jobs.waitFor(id).catch((error: unknown) => error);
    await short.close();
    expect(await waiting).toMatchObject({ code: 'JOBS_WAIT_SHUTDOWN' });
  });
});

describe('a process that waits for a job of its own', () => {
  const host = useHost({ providers: [SumProcessor] });

  it('gets each result at once', async () => {
    for (let i = 0; i < 5; i++) {
      const { result } = await host.jobs.enqueueAndWait(sum, { of: [i, 1] }, { timeoutMs: 1_000 });
      expect(result!.total).toBe(i + 1);
    }
  });
});
