import { Injectable, Logger } from '@nestjs/common';
import { defineJob, JobService, ProcessesJob, type Job, type JobContext, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

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
  const database = useDatabase();
  let host: Host;
  let jobs: JobService;

  beforeAll(async () => {
    database.closeFirst(() => host.close());
    host = await startHost({ url: database.url, providers: [DepositProcessor], jobs: { pollIntervalMs: 300 } });
    jobs = host.jobs;
    await host.dataSource.query('create table balance (amount int)');
  });

  beforeEach(() => host.dataSource.query('truncate balance'));

  afterEach(() => {
    jest.restoreAllMocks();
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

  it('stays done when the handler throws after it, and the error is kept with the job and logged', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error');
    handler = async (_, context) => {
      await add(context, 3);
      throw new Error('too late');
    };
    const { id } = await jobs.enqueue(deposit, { amount: 3 });
    const error = expect.stringMatching(/^The job is done: its transaction had committed .* Error: too late/) as string;
    await until(id, { status: 'completed', attempts: 1, error, failures: [] });
    expect(await balance()).toBe(3);
    await eventually(() => expect(logged.mock.calls.map(([line]) => String(line)).join()).toContain('too late'));
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

  it('commits, without the result, if what it returns cannot be stored', async () => {
    handler = (_, context) => add(context, 5, () => ({ note: 'a\u0000b' }));
    const { id } = await jobs.enqueue(deposit, { amount: 5 });
    const error = expect.stringContaining('its result was not stored') as string;
    await until(id, { status: 'completed', attempts: 1, result: null, error });
    expect(await balance()).toBe(5);
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

  it('refuses a second one at once, which could not complete the job again', async () => {
    let second: unknown;
    handler = async (_, context) => {
      await add(context, 2);
      await add(context, 2).catch((error: unknown) => (second = error));
    };
    const { id } = await jobs.enqueue(deposit, { amount: 2 });
    await until(id, { status: 'completed', error: null });
    expect(second).toMatchObject({ code: 'JOBS_TRANSACTION_REUSED' });
    expect(await balance()).toBe(2);
  });

  it('refuses one inside another, and one beside another', async () => {
    const refused: unknown[] = [];
    const refuse = (error: unknown) => void refused.push(error);
    handler = async (_, context) => {
      await Promise.all([add(context, 1, () => add(context, 10).catch(refuse)), add(context, 100).catch(refuse)]);
    };
    const { id } = await jobs.enqueue(deposit, { amount: 1 });
    await until(id, { status: 'completed' });
    expect(refused).toMatchObject([{ code: 'JOBS_TRANSACTION_REUSED' }, { code: 'JOBS_TRANSACTION_REUSED' }]);
    expect(await balance()).toBe(1);
  });

  it('keeps with the job that a second one was refused, if its handler does not look', async () => {
    handler = async (_, context) => {
      await add(context, 1);
      void add(context, 10);
    };
    const { id } = await jobs.enqueue(deposit, { amount: 1 });
    await until(id, { status: 'completed', error: expect.stringContaining('JOBS_TRANSACTION_REUSED') as string });
    expect(await balance()).toBe(1);
  });

  it('may be tried again after it was rolled back', async () => {
    handler = async (_, context) => {
      const broken = () => {
        throw new Error('try again');
      };
      await add(context, 10, broken).catch(() => add(context, 1));
    };
    const { id } = await jobs.enqueue(deposit, { amount: 1 });
    await until(id, { status: 'completed', attempts: 1, error: null });
    expect(await balance()).toBe(1);
  });

  describe('that the handler does not await', () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);

    beforeAll(() => void process.on('unhandledRejection', note));
    afterAll(() => {
      process.off('unhandledRejection', note);
      expect(unhandled).toEqual([]);
    });

    it('is waited for: its effect and the completion are both there', async () => {
      handler = async (_, context) => void add(context, 4, () => pause(50));
      const { id } = await jobs.enqueue(deposit, { amount: 4 });
      await until(id, { status: 'completed', attempts: 1, error: null });
      expect(await balance()).toBe(4);
    });

    it('fails the attempt if it rolls back while the run waits for it', async () => {
      handler = async (job, context) =>
        void add(context, 4, async () => {
          await pause(20);
          if (job.attempt === 1) throw new Error('unseen');
        });
      const { id } = await jobs.enqueue(deposit, { amount: 4 });
      await until(id, { status: 'completed', attempts: 2, error: expect.stringContaining('unseen') as string });
      expect(await balance()).toBe(4);
    });

    it('fails the attempt if it rolled back before the handler returned', async () => {
      handler = async (job, context) => {
        if (job.attempt > 1) return add(context, 4);
        void context.transaction(() => Promise.reject(new Error('unseen')));
        await pause(50);
      };
      const { id } = await jobs.enqueue(deposit, { amount: 4 });
      await until(id, { status: 'completed', attempts: 2, error: expect.stringContaining('unseen') as string });
    });

    it('completes the job although the handler throws meanwhile, and the error is kept', async () => {
      handler = (_, context) => Promise.all([add(context, 4, () => pause(50)), Promise.reject(new Error('meanwhile'))]);
      const { id } = await jobs.enqueue(deposit, { amount: 4 });
      await until(id, { status: 'completed', attempts: 1, error: expect.stringContaining('meanwhile') as string });
      expect(await balance()).toBe(4);
    });

    it('is refused once the run has ended', async () => {
      let late!: () => Promise<unknown>;
      handler = async (_, context) => {
        late = () => add(context, 10);
      };
      const { id } = await jobs.enqueue(deposit, { amount: 4 });
      await until(id, { status: 'completed' });
      await expect(late()).rejects.toMatchObject({ code: 'JOBS_RUN_ENDED' });
      expect(await balance()).toBe(0);
    });
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
