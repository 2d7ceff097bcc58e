import { Injectable } from '@nestjs/common';
import { defineJob, JobService, ProcessesJob, type Job, type JobContext, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { startHost, type Host } from './host.js';

const deposit = defineJob({
  type: 'deposit',
  payload: z.object({ amount: z.number() }),
  retry: { type: 'fixed', initialDelayMs: 20 },
});

type Handler = (job: Job<typeof deposit>, context: JobContext) => Promise<unknown>;
let handler: Handler;

@Injectable()
@ProcessesJob(deposit)
class DepositProcessor implements JobProcessor<typeof deposit> {
  process(job: Job<typeof deposit>, context: JobContext): Promise<unknown> {
    return handler(job, context);
  }
}

describe('context.transaction()', () => {
  let database: TestDatabase;
  let host: Host;
  let jobs: JobService;

  beforeAll(async () => {
    database = await createTestDatabase();
    host = await startHost({ url: database.url, providers: [DepositProcessor], jobs: { pollIntervalMs: 300 } });
    jobs = host.jobs;
    await host.dataSource.query('create table balance (amount int)');
  });

  beforeEach(() => host.dataSource.query('truncate balance'));

  afterAll(async () => {
    await host.close();
    await database.drop();
  });

  const add = (context: JobContext, amount: number, then: () => unknown = () => undefined) =>
    context.transaction(async (manager) => {
      await manager.query('insert into balance values ($1)', [amount]);
      return then();
    });
  const balance = async () =>
    (await host.dataSource.query<{ sum: number }[]>('select coalesce(sum(amount), 0)::int as sum from balance'))[0]!
      .sum;
  const until = (id: string, expected: object) =>
    eventually(async () => expect(await jobs.get(id)).toMatchObject(expected));

  it('commits the handler’s writes together with the completion and its result', async () => {
    handler = (job, context) => add(context, job.payload.amount, () => ({ deposited: job.payload.amount }));
    const { id } = await jobs.enqueue(deposit, { amount: 7 });
    await until(id, { status: 'completed', result: { deposited: 7 }, attempts: 1 });
    expect(await balance()).toBe(7);
  });

  it('rolls them back when the handler throws inside it, and the retry writes once', async () => {
    handler = (job, context) =>
      add(context, 5, () => {
        if (job.attempt === 1) throw new Error('after the write');
      });
    const { id } = await jobs.enqueue(deposit, { amount: 5 });
    await until(id, { status: 'completed', attempts: 2 });
    expect(await balance()).toBe(5);
  });

  it('stays done when the handler throws after it', async () => {
    handler = async (_, context) => {
      await add(context, 3);
      throw new Error('too late');
    };
    const { id } = await jobs.enqueue(deposit, { amount: 3 });
    await until(id, { status: 'completed', attempts: 1, error: null });
    expect(await balance()).toBe(3);
  });

  it('writes nothing for a run that is no longer this worker’s', async () => {
    let aborted: unknown;
    handler = async (job, context) => {
      if (job.attempt > 1) return add(context, 1);
      await host.dataSource.query(
        `update jobs set status = 'pending', worker_id = null, scheduled_at = now() where id = $1`,
        [job.id],
      );
      return add(context, 100).catch((error: unknown) => {
        aborted = error;
        throw error;
      });
    };
    const { id } = await jobs.enqueue(deposit, { amount: 1 });
    await until(id, { status: 'completed', attempts: 2 });
    expect(aborted).toMatchObject({ code: 'lease-lost' });
    expect(await balance()).toBe(1);
  });

  it('writes nothing, and fails the job at once, if what it returns cannot be stored', async () => {
    handler = (_, context) => add(context, 5, () => ({ note: 'a\u0000b' }));
    const { id } = await jobs.enqueue(deposit, { amount: 5 });
    await until(id, { status: 'failed', attempts: 1, error: expect.stringContaining('result.note') as string });
    expect(await balance()).toBe(0);
  });

  it('begins nothing for a run that has been aborted', async () => {
    let began = false;
    let refusal: unknown;
    handler = async ({ id }, context) => {
      await jobs.cancel(id);
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      await context.transaction(async () => (began = true)).catch((error: unknown) => (refusal = error));
      throw refusal;
    };
    const { id } = await jobs.enqueue(deposit, { amount: 1 });
    await until(id, { status: 'cancelled' });
    expect(refusal).toMatchObject({ code: 'cancelled' });
    expect(began).toBe(false);
  });

  it('refuses a second one, which could not complete the job again', async () => {
    let second: unknown;
    handler = async (_, context) => {
      await add(context, 2);
      await add(context, 2).catch((error: unknown) => (second = error));
    };
    const { id } = await jobs.enqueue(deposit, { amount: 2 });
    await until(id, { status: 'completed' });
    await eventually(() => expect(String(second)).toContain('called again'));
    expect(await balance()).toBe(2);
  });
});
