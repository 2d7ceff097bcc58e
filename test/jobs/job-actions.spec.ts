import { defineJob, type JobView } from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';

const letter = defineJob({ type: 'letter', payload: z.object({ to: z.string() }), queue: 'mail', priority: 3 });

const UNKNOWN_ID = '019a0000-0000-7000-8000-000000000000';
const WORKER = '019a0000-0000-7000-8000-00000000beef';
const FINISHED = ['completed', 'failed', 'cancelled'];

/** On a producer, so that nothing moves but what the test moves. */
describe('JobService', () => {
  const host = useHost({ jobs: { role: 'producer', definitions: [letter] } });

  beforeEach(() => host.dataSource.query('truncate jobs, job_signals, job_failures'));

  async function add(status = 'pending', uniqueKey?: string): Promise<string> {
    const { id } = await host.jobs.enqueue(letter, { to: 'Ada' }, { uniqueKey });
    await host.dataSource.query(
      `update jobs
       set status = $2::text, attempts = 5, progress = 40, error = 'Error: x',
           worker_id = case when $2 = 'processing' then $3::uuid end,
           started_at = case when $2 = 'processing' then now() end,
           completed_at = case when $2 in ('completed', 'failed', 'cancelled') then now() end
       where id = $1 and $2 <> 'pending'`,
      [id, status, WORKER],
    );
    return id;
  }

  const statusOf = async (id: string) => (await host.jobs.get(id))?.status;
  const signals = () => host.dataSource.query<object[]>('select job_id, kind from job_signals');

  describe('get', () => {
    it('shows the whole job', async () => {
      const options = {
        priority: 0,
        queue: 'urgent',
        maxAttempts: 2,
        timeoutMs: 500,
        uniqueKey: 'ada',
        tags: ['a', 'b:c'],
      };
      const scheduledAt = new Date(Date.now() + 86_400_123);
      const { id } = await host.jobs.enqueue(letter, { to: 'Ada' }, { ...options, scheduledAt });
      expect(await host.jobs.get(id)).toEqual({
        ...options,
        id,
        scheduledAt,
        type: 'letter',
        status: 'pending',
        payload: { to: 'Ada' },
        attempts: 0,
        progress: null,
        progressNote: null,
        result: null,
        error: null,
        startedAt: null,
        completedAt: null,
        createdAt: expect.any(Date) as Date,
        updatedAt: expect.any(Date) as Date,
        failures: [],
      } satisfies JobView);
    });

    it('shows the last ten failed attempts, oldest first', async () => {
      const id = await add();
      await host.dataSource.query(
        `insert into job_failures (job_id, run, attempt, error, failed_at)
         select $1, n, n, 'Error ' || n, timestamptz '2026-05-01 10:00:00Z' + n * interval '1 second'
         from generate_series(1, 12) as n`,
        [id],
      );
      const { failures } = (await host.jobs.get(id))!;
      expect(failures.map(({ attempt }) => attempt)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(failures[0]).toEqual({ attempt: 3, error: 'Error 3', failedAt: new Date('2026-05-01T10:00:03Z') });
    });

    it('is null for an id that does not exist', async () => {
      expect(await host.jobs.get(UNKNOWN_ID)).toBeNull();
    });
  });

  describe('cancel', () => {
    it.each(['pending', 'blocked'])('ends a job that is %s at once', async (status) => {
      const id = await add(status);
      expect(await host.jobs.cancel(id)).toEqual({ id, status: 'cancelled' });
      expect(await host.jobs.get(id)).toMatchObject({ status: 'cancelled', completedAt: expect.any(Date) as Date });
      expect(await signals()).toEqual([]);
    });

    it('leaves a running job’s row alone and signals whoever runs it, however often it is asked', async () => {
      const id = await add('processing');
      const before = await host.jobs.get(id);
      expect(await host.jobs.cancel(id)).toEqual({ id, status: 'processing' });
      expect(await host.jobs.cancel(id)).toEqual({ id, status: 'processing' });
      expect(await host.jobs.get(id)).toEqual(before);
      expect(await signals()).toEqual([{ job_id: id, kind: 'cancel' }]);
    });

    it('does not wait for a worker that holds the running job’s row', async () => {
      const id = await add('processing');
      const worker = host.dataSource.createQueryRunner();
      await worker.startTransaction();
      await worker.manager.query('select 1 from jobs where id = $1 for update', [id]);
      expect(await host.jobs.cancel(id)).toEqual({ id, status: 'processing' });
      await worker.rollbackTransaction();
      await worker.release();
    });

    it.each(FINISHED)('is a conflict for a job that is %s', async (status) => {
      const id = await add(status);
      await expect(host.jobs.cancel(id)).rejects.toMatchObject({
        code: 'JOBS_ALREADY_FINISHED',
        what: expect.stringMatching(new RegExp(`${id} (.* )?is ${status}`)) as string,
      });
      expect(await statusOf(id)).toBe(status);
    });

    it('is undone by a transaction that rolls back', async () => {
      const ids = [await add(), await add('processing')];
      const rolledBack = host.dataSource.transaction(async (manager) => {
        for (const id of ids) await host.jobs.cancel(id, { manager });
        expect((await host.jobs.get(ids[0]!, { manager }))!.status).toBe('cancelled');
        throw new Error('changed my mind');
      });
      await expect(rolledBack).rejects.toThrow('changed my mind');
      expect(await statusOf(ids[0]!)).toBe('pending');
      expect(await signals()).toEqual([]);
    });
  });

  describe('cancelByKey', () => {
    it('ends the job that holds the key in the definition’s queue', async () => {
      const id = await add('pending', 'ada');
      await host.jobs.enqueue(letter, { to: 'Ada' }, { uniqueKey: 'ada', queue: 'other' });
      expect(await host.jobs.cancelByKey(letter, 'ada')).toEqual({ id, status: 'cancelled' });
      expect(await host.jobs.cancelByKey(letter, 'ada')).toBeNull();
    });

    it('is null if nobody holds the key any more, or ever did', async () => {
      await add('completed', 'ada');
      expect(await host.jobs.cancelByKey(letter, 'ada')).toBeNull();
      expect(await host.jobs.cancelByKey(letter, 'grace')).toBeNull();
    });

    it('commits and rolls back with its caller’s transaction', async () => {
      const id = await add('pending', 'ada');
      const rolledBack = host.dataSource.transaction(async (manager) => {
        expect(await host.jobs.cancelByKey(letter, 'ada', { manager })).toEqual({ id, status: 'cancelled' });
        throw new Error('changed my mind');
      });
      await expect(rolledBack).rejects.toThrow('changed my mind');
      expect(await statusOf(id)).toBe('pending');
      await host.dataSource.transaction((manager) => host.jobs.cancelByKey(letter, 'ada', { manager }));
      expect(await statusOf(id)).toBe('cancelled');
    });
  });

  describe('retry', () => {
    it('that is refused calls off no cancellation', async () => {
      const id = await add('processing');
      await host.jobs.cancel(id);
      await expect(host.jobs.retry(id)).rejects.toMatchObject({ code: 'JOBS_NOT_RETRYABLE' });
      expect(await signals()).toEqual([{ job_id: id, kind: 'cancel' }]);
    });

    it.each(['failed', 'cancelled'])('makes a job that is %s due now with all its attempts', async (status) => {
      const id = await add(status);
      await host.dataSource.query(`insert into job_signals (job_id, kind) values ($1, 'cancel')`, [id]);
      await host.dataSource.query(`update jobs set scheduled_at = '2020-01-01' where id = $1`, [id]);
      expect(await host.jobs.retry(id)).toEqual({ id, status: 'pending' });
      const job = (await host.jobs.get(id))!;
      expect(job).toMatchObject({ status: 'pending', attempts: 0, progress: null, result: null, completedAt: null });
      expect(Date.now() - job.scheduledAt.getTime()).toBeLessThan(60_000);
      expect(await signals()).toEqual([]);
    });

    it.each(['pending', 'blocked', 'processing', 'completed'])('is a conflict for a job that is %s', async (status) => {
      const id = await add(status);
      const before = await host.jobs.get(id);
      await expect(host.jobs.retry(id)).rejects.toMatchObject({
        code: 'JOBS_NOT_RETRYABLE',
        what: expect.stringMatching(new RegExp(`${id} (.* )?is ${status}`)) as string,
      });
      expect(await host.jobs.get(id)).toEqual(before);
    });

    it('is a conflict while another job holds the unique key', async () => {
      const failed = await add('failed', 'ada');
      const holder = await add('pending', 'ada');
      await expect(host.jobs.retry(failed)).rejects.toMatchObject({ code: 'JOBS_UNIQUE_KEY_TAKEN' });
      await host.jobs.cancel(holder);
      expect(await host.jobs.retry(failed)).toEqual({ id: failed, status: 'pending' });
    });

    it('is a conflict too for whoever waits while another transaction takes the unique key', async () => {
      const [first, second] = [await add('failed', 'ada'), await add('failed', 'ada')];
      const late = await host.dataSource.transaction(async (manager) => {
        await host.jobs.retry(first, { manager });
        const waiting = host.jobs.retry(second).catch((error: unknown) => error);
        await eventually(async () => {
          const [row] = await host.dataSource.query<{ n: number }[]>(
            `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          );
          expect(row!.n).toBe(1);
        });
        return { waiting };
      });
      expect(await late.waiting).toMatchObject({ code: 'JOBS_UNIQUE_KEY_TAKEN' });
      expect([await statusOf(first), await statusOf(second)]).toEqual(['pending', 'failed']);
    });
  });

  it.each(['get', 'cancel', 'retry'] as const)('%s refuses an id that is no UUID', async (action) => {
    await expect((async () => host.jobs[action]("7' or true --"))()).rejects.toMatchObject({
      code: 'JOBS_INVALID_OPTION',
      issues: [{ path: 'id' }],
    });
  });

  it.each(['cancel', 'retry'] as const)('%s finds no job of an unknown id', async (action) => {
    await expect(host.jobs[action](UNKNOWN_ID)).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
  });
});
