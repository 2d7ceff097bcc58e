import { Injectable } from '@nestjs/common';
import {
  defineJob,
  ProcessesJob,
  type JobFilter,
  type JobOptions,
  type JobProcessor,
  type JobStatus,
} from '@monstera/jobs';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { startHost, type Host } from './host.js';

const letter = defineJob({
  type: 'letter',
  payload: z.object({ to: z.string() }),
  queue: 'mail',
  priority: 3,
  maxAttempts: 4,
});

const WORKER = '019a0000-0000-7000-8000-00000000beef';
const ALL: readonly JobStatus[] = ['pending', 'processing', 'completed', 'failed', 'cancelled'];
/** What has become of the job of each status, if nothing has. */
const UNCHANGED = Object.fromEntries(ALL.map((status) => [status, status]));
const TABLES = 'jobs, job_signals, job_failures, job_audit';

/** On a producer, so that nothing moves but what the test moves. */
describe.each([1, 2])('an action on selected jobs, with %i shards', (shards) => {
  let database: TestDatabase;
  let host: Host;

  beforeAll(async () => {
    database = await createTestDatabase();
    host = await startHost({ url: database.url, jobs: { role: 'producer', definitions: [letter], shards } });
  });

  beforeEach(() => host.dataSource.query(`truncate ${TABLES}`));

  afterAll(async () => {
    await host.close();
    await database.drop();
  });

  async function add(status: JobStatus, options: JobOptions = {}): Promise<string> {
    const { id } = await host.jobs.enqueue(letter, { to: 'Ada' }, options);
    await host.dataSource.query(
      `update jobs
       set status = $2::text, attempts = 3, run = 3, progress = 40, error = 'Error: x',
           worker_id = case when $2 = 'processing' then $3::uuid end,
           started_at = case when $2 = 'processing' then now() end,
           completed_at = case when $2 in ('completed', 'failed', 'cancelled') then now() end
       where id = $1 and $2 <> 'pending'`,
      [id, status, WORKER],
    );
    return id;
  }

  async function addEach(): Promise<Record<JobStatus, string>> {
    const ids = {} as Record<JobStatus, string>;
    for (const status of ALL) ids[status] = await add(status);
    return ids;
  }

  const statusOf = async (id: string) => (await host.jobs.get(id))?.status ?? null;
  const statusesOf = async (ids: Record<string, string>) =>
    Object.fromEntries(
      await Promise.all(Object.entries(ids).map(async ([was, id]) => [was, await statusOf(id)] as const)),
    );
  const signals = () => host.dataSource.query<{ job_id: string }[]>('select job_id from job_signals order by job_id');
  const countJobs = async () =>
    (await host.dataSource.query<{ n: number }[]>('select count(*)::int as n from jobs'))[0]!.n;
  const audit = () =>
    host.dataSource.query<object[]>('select actor, action, job_id, details from job_audit order by created_at');

  /** Runs work while another transaction is open that has run this statement. */
  async function beside<T>(
    text: string,
    params: unknown[],
    work: (end: () => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const other = host.dataSource.createQueryRunner();
    await other.startTransaction();
    try {
      await other.manager.query(text, params);
      return await work(() => other.commitTransaction());
    } finally {
      if (other.isTransactionActive) await other.rollbackTransaction();
      await other.release();
    }
  }

  describe('retry', () => {
    it('makes failed and cancelled jobs due with all their attempts, and no others', async () => {
      const ids = await addEach();
      await host.dataSource.query(`insert into job_signals (shard, job_id, kind) select shard, id, 'cancel' from jobs`);
      await host.dataSource.query(`update jobs set scheduled_at = '2020-01-01', crashes = 2`);
      expect(await host.jobs.where({ type: letter }).retry()).toEqual({ changed: 2, skipped: 0, more: false });
      expect(await statusesOf(ids)).toEqual({ ...UNCHANGED, failed: 'pending', cancelled: 'pending' });
      const job = (await host.jobs.get(ids.failed))!;
      expect(job).toMatchObject({ attempts: 0, progress: null, result: null, completedAt: null });
      expect(Date.now() - job.scheduledAt.getTime()).toBeLessThan(60_000);
      const kept = [ids.pending, ids.processing, ids.completed].sort();
      expect((await signals()).map(({ job_id }) => job_id).sort()).toEqual(kept);
    });

    it('takes those that finished last, and says that there are more', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.push(await add('failed'));
      const selection = host.jobs.where({ status: 'failed' });
      expect(await selection.retry({ atMost: 2 })).toEqual({ changed: 2, skipped: 0, more: true });
      expect(await Promise.all(ids.map(statusOf))).toEqual(['failed', 'failed', 'failed', 'pending', 'pending']);
      expect(await selection.retry({ atMost: 3 })).toEqual({ changed: 3, skipped: 0, more: false });
    });

    it('skips jobs whose key is taken, and of several with one key all but the newest', async () => {
      const held = await add('failed', { uniqueKey: 'held' });
      await add('pending', { uniqueKey: 'held' });
      const older = await add('failed', { uniqueKey: 'twice' });
      const newer = await add('failed', { uniqueKey: 'twice' });
      const free = await add('failed', { uniqueKey: 'free' });
      expect(await host.jobs.where({ status: 'failed' }).retry()).toEqual({ changed: 2, skipped: 2, more: false });
      expect(await Promise.all([held, older, newer, free].map(statusOf))).toEqual([
        'failed',
        'failed',
        'pending',
        'pending',
      ]);
    });

    it.each(['its own transaction', "the caller's"])(
      'in %s skips a job whose key another transaction takes at the same moment',
      async (where) => {
        const keyed = await add('failed', { uniqueKey: 'k' });
        const free = await add('failed');
        const retry = (manager?: EntityManager) => host.jobs.where({ status: 'failed' }).retry({ manager });
        const [{ shard }] = await host.dataSource.query<[{ shard: number }]>('select shard from jobs where id = $1', [
          keyed,
        ]);
        const result = await beside(
          `insert into jobs (shard, type, queue, unique_key) values ($1, 'letter', 'mail', 'k')`,
          [shard],
          async (end) => {
            const retrying = where === 'its own transaction' ? retry() : host.dataSource.transaction(retry);
            await eventually(async () => {
              const [row] = await host.dataSource.query<{ n: number }[]>(
                `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
              );
              expect(row!.n).toBe(1);
            });
            await end();
            return retrying;
          },
        );
        expect(result).toEqual({ changed: 1, skipped: 1, more: false });
        expect([await statusOf(keyed), await statusOf(free)]).toEqual(['failed', 'pending']);
      },
    );

    it('skips what another transaction holds', async () => {
      const [locked, free] = [await add('failed'), await add('failed')];
      const result = await beside('select 1 from jobs where id = $1 for update', [locked], () =>
        host.jobs.where({ status: 'failed' }).retry(),
      );
      expect(result).toEqual({ changed: 1, skipped: 1, more: false });
      expect([await statusOf(locked), await statusOf(free)]).toEqual(['failed', 'pending']);
    });
  });

  describe('cancel', () => {
    it('ends waiting jobs and asks the workers of running ones', async () => {
      const ids = await addEach();
      expect(await host.jobs.where({ queue: 'mail' }).cancel()).toEqual({ changed: 2, skipped: 0, more: false });
      expect(await statusesOf(ids)).toEqual({ ...UNCHANGED, pending: 'cancelled' });
      expect(await signals()).toEqual([{ job_id: ids.processing }]);
    });

    it('leaves a request for a waiting job that another transaction holds', async () => {
      const id = await add('pending');
      const result = await beside('select 1 from jobs where id = $1 for update', [id], () =>
        host.jobs.where({ ids: [id] }).cancel(),
      );
      expect(result).toEqual({ changed: 1, skipped: 0, more: false });
      expect(await signals()).toEqual([{ job_id: id }]);
    });
  });

  describe('delete', () => {
    it('removes finished jobs with their failed attempts and requests, and no others', async () => {
      const ids = await addEach();
      await host.dataSource.query(
        `insert into job_failures (shard, job_id, run, attempt, error) select shard, id, 1, 1, 'Error: x' from jobs`,
      );
      await host.dataSource.query(`insert into job_signals (shard, job_id, kind) select shard, id, 'cancel' from jobs`);
      expect(await host.jobs.where({}).delete()).toEqual({ changed: 3, skipped: 0, more: false });
      expect(await statusesOf(ids)).toEqual({ ...UNCHANGED, completed: null, failed: null, cancelled: null });
      const kept = await host.dataSource.query<{ job_id: string }[]>('select job_id from job_failures');
      expect(kept.map(({ job_id }) => job_id).sort()).toEqual([ids.pending, ids.processing].sort());
      expect(await signals()).toHaveLength(2);
    });
  });

  describe('runNow', () => {
    it('makes pending jobs due that wait for later, and finds them behind those that are due', async () => {
      const later = [await add('pending', { delayMs: 86_400_000 }), await add('pending', { delayMs: 86_400_000 })];
      await add('pending');
      await add('failed');
      expect(await host.jobs.where({}).runNow({ atMost: 2 })).toEqual({ changed: 2, skipped: 0, more: false });
      for (const id of later)
        expect((await host.jobs.get(id))!.scheduledAt.getTime()).toBeLessThanOrEqual(Date.now() + 5_000);
      expect(await host.jobs.where({}).runNow()).toEqual({ changed: 0, skipped: 0, more: false });
    });
  });

  describe('replay', () => {
    it('adds a copy of each finished job without its key, and leaves the old one', async () => {
      const retry = { type: 'fixed', initialDelayMs: 7 } as const;
      const options = { priority: 1, maxAttempts: 2, timeoutMs: 500, retry, tags: ['a', 'b'], queue: 'urgent' };
      const old = await add('completed', { ...options, uniqueKey: 'once' });
      await add('pending', { uniqueKey: 'once', queue: 'urgent' });
      expect(await host.jobs.where({ queue: 'urgent' }).replay()).toEqual({ changed: 1, skipped: 0, more: false });
      const { jobs } = await host.jobs.where({ tags: ['a'] }).list();
      const added = jobs.find(({ id }) => id !== old)!;
      expect(jobs).toHaveLength(2);
      expect(await host.jobs.get(added.id)).toMatchObject({
        ...{ type: 'letter', payload: { to: 'Ada' }, queue: 'urgent', priority: 1, maxAttempts: 2, timeoutMs: 500 },
        ...{ tags: ['a', 'b'], status: 'pending', uniqueKey: null, attempts: 0, error: null, progress: null },
      });
      const rows = await host.dataSource.query<{ shard: number; retry: object }[]>(
        'select shard, retry from jobs where id = any ($1) order by id',
        [[old, added.id]],
      );
      expect(rows[1]).toEqual(rows[0]);
      expect(await statusOf(old)).toBe('completed');
    });

    it('adds as many jobs as finished ones, each with an id of its own in its shard', async () => {
      for (let n = 0; n < 20; n++) await add(n % 2 ? 'failed' : 'completed');
      expect(await host.jobs.where({}).replay()).toEqual({ changed: 20, skipped: 0, more: false });
      expect(await host.jobs.where({ status: 'pending' }).count()).toEqual({ count: 20, capped: false });
      const pending = (await host.jobs.where({ status: 'pending' }).list()).jobs;
      for (const { id } of pending) expect(await statusOf(id)).toBe('pending');
    });
  });

  describe('by ids', () => {
    it('counts the given jobs whose status does not allow it, and not those that are gone', async () => {
      const ids = await addEach();
      const given = [...Object.values(ids), '019a0000-0000-7000-8000-000000000000', ids.failed.toUpperCase()];
      const selection = host.jobs.where({ ids: given });
      expect(await selection.count()).toEqual({ count: 5, capped: false });
      expect((await selection.list({ limit: 3 })).jobs).toHaveLength(3);
      expect(await selection.retry()).toEqual({ changed: 2, skipped: 3, more: false });
    });

    it('goes together with other fields', async () => {
      const ids = await addEach();
      const filter: JobFilter = { ids: Object.values(ids), status: 'failed', payload: { to: 'Ada' } };
      expect(await host.jobs.where(filter).delete()).toEqual({ changed: 1, skipped: 0, more: false });
      expect(await countJobs()).toBe(4);
    });

    it('lists page by page, each job once', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.push(await add('completed'));
      await add('completed');
      const selection = host.jobs.where({ ids });
      const first = await selection.list({ limit: 3 });
      const second = await selection.list({ limit: 3, after: first.next! });
      expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(ids.toReversed());
      expect(second.next).toBeNull();
    });
  });

  describe('together', () => {
    it("is undone by the caller's rollback, with its entry in the audit", async () => {
      const ids = await addEach();
      const rolledBack = host.dataSource.transaction(async (manager) => {
        const options = { manager, actor: 'ada' };
        await host.jobs.where({}).cancel(options);
        await host.jobs.where({ status: 'failed' }).retry(options);
        await host.jobs.where({ status: 'completed' }).delete(options);
        expect(await host.jobs.get(ids.completed, { manager })).toBeNull();
        throw new Error('changed my mind');
      });
      await expect(rolledBack).rejects.toThrow('changed my mind');
      expect(await statusesOf(ids)).toEqual(UNCHANGED);
      expect(await audit()).toEqual([]);
      expect(await signals()).toEqual([]);
    });

    it('leaves one entry of who did it, without the values of a payload', async () => {
      const id = await add('failed');
      const filter = { type: letter, status: 'failed', payload: { to: 'Ada' }, error: 'x' } as const;
      await host.jobs.where(filter).retry({ actor: 'ada' });
      await host.jobs.where({ ids: [id] }).cancel({ actor: 'bob' });
      await host.jobs.where({}).runNow();
      expect(await audit()).toEqual([
        {
          actor: 'ada',
          action: 'jobs.retry',
          job_id: null,
          details: {
            filter: { type: ['letter'], status: 'failed', payload: ['to'], error: 'x' },
            ...{ changed: 1, skipped: 0, more: false },
          },
        },
        {
          actor: 'bob',
          action: 'jobs.cancel',
          job_id: null,
          details: { filter: { ids: [id] }, changed: 1, skipped: 0, more: false },
        },
      ]);
    });

    it('changes nothing if its entry cannot be written', async () => {
      const id = await add('failed');
      await host.dataSource.query('alter table job_audit rename to job_audit_away');
      await expect(host.jobs.where({}).retry({ actor: 'ada' })).rejects.toThrow('job_audit');
      await host.dataSource.query('alter table job_audit_away rename to job_audit');
      expect(await statusOf(id)).toBe('failed');
    });

    it('leaves the caller a usable transaction if it fails', async () => {
      await add('failed');
      await host.dataSource.transaction(async (manager) => {
        await manager.query('alter table job_audit rename to job_audit_away');
        await expect(host.jobs.where({}).retry({ actor: 'ada', manager })).rejects.toThrow('job_audit');
        await manager.query('alter table job_audit_away rename to job_audit');
      });
      expect(await host.jobs.where({ status: 'failed' }).count()).toEqual({ count: 1, capped: false });
    });

    it('changes 1,000 jobs at most', async () => {
      await host.dataSource.query(
        `insert into jobs (type, status, completed_at) select 'it', 'failed', now() from generate_series(1, 1001)`,
      );
      expect(await host.jobs.where({ type: 'it' }).retry()).toEqual({ changed: 1_000, skipped: 0, more: true });
      expect(await host.jobs.where({ type: 'it' }).retry()).toEqual({ changed: 1, skipped: 0, more: false });
    });
  });

  it.each<[string, JobFilter, object, string]>([
    ['none at most', {}, { atMost: 0 }, 'atMost'],
    ['1,001 at most', {}, { atMost: 1_001 }, 'atMost'],
    ['an actor without a name', {}, { actor: ' ' }, 'actor'],
    ['an option that is not known', {}, { atmost: 1 }, 'atmost'],
    ['a manager that is none', {}, { manager: {} }, 'manager'],
    ['a status that cannot be retried', { status: ['completed', 'pending'] }, {}, 'status'],
  ])('is refused with %s', async (_, filter, options, path) => {
    await add('failed');
    await expect(host.jobs.where(filter).retry(options)).rejects.toMatchObject({
      code: 'JOBS_INVALID_OPTION',
      issues: [{ path }],
    });
  });

  it.each<[string, unknown, string]>([
    ['no ids', [], 'ids'],
    ['1,001 ids', Array.from({ length: 1_001 }, () => WORKER), 'ids'],
    ['a text', WORKER, 'ids'],
    ['an id that is no UUID', [WORKER, "7' or true --"], 'ids[1]'],
  ])('of given ids is refused with %s', (_, ids, path) => {
    const issues = [expect.objectContaining({ path }) as object];
    expect(() => host.jobs.where({ ids } as JobFilter)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_OPTION', issues }) as Error,
    );
  });
});

const seen: string[] = [];

@Injectable()
@ProcessesJob(letter)
class LetterProcessor implements JobProcessor<typeof letter> {
  async process(job: { id: string }): Promise<void> {
    seen.push(job.id);
  }
}

describe('an action on selected jobs beside a worker that polls rarely', () => {
  let database: TestDatabase;
  let producer: Host;
  let worker: Host;

  beforeAll(async () => {
    database = await createTestDatabase();
    producer = await startHost({ url: database.url, jobs: { role: 'producer', definitions: [letter] } });
    worker = await startHost({ url: database.url, providers: [LetterProcessor], jobs: { pollIntervalMs: 600_000 } });
  });

  afterAll(async () => {
    await Promise.all([producer.close(), worker.close()]);
    await database.drop();
  });

  it('wakes it for what is due now', async () => {
    const { id } = await producer.jobs.enqueue(letter, { to: 'Ada' }, { delayMs: 86_400_000 });
    await producer.jobs.where({ ids: [id] }).runNow();
    await eventually(() => expect(seen).toEqual([id]), { timeoutMs: 10_000 });
    await eventually(async () => expect((await producer.jobs.get(id))!.status).toBe('completed'));
    await producer.jobs.where({ ids: [id] }).replay();
    await eventually(() => expect(seen).toHaveLength(2), { timeoutMs: 10_000 });
    expect(seen[1]).not.toBe(id);
  });
});
