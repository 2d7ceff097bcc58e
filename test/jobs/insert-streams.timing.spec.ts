import { defineJob, type EnqueuedJob } from '@monstera/jobs';
import { z } from 'zod';
import type { Host } from './host.js';
import { useHost } from './use-host.js';

const item = defineJob({ type: 'item', payload: z.object({ n: z.number() }) });
const other = defineJob({ type: 'other', payload: z.object({ n: z.number() }) });

const WAIT_MS = 1_500;

describe('callers that enqueue outside a transaction', () => {
  const host = useHost({ each: true, jobs: { role: 'producer', waitTimeoutMs: WAIT_MS } });

  const count = async () => (await host.dataSource.query<{ n: number }[]>('select count(*)::int as n from jobs'))[0]!.n;

  /** Runs work while another open transaction holds a unique key, and ends that transaction. */
  async function whileHeld<T>(keys: string[], work: () => Promise<T>): Promise<T> {
    const runner = host.dataSource.createQueryRunner();
    await runner.startTransaction();
    try {
      for (const uniqueKey of keys) await host.jobs.enqueue(item, { n: 0 }, { uniqueKey, manager: runner.manager });
      return await work();
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  }

  /** A trigger of the application's that runs `statement` for each job whose payload has n = 13. */
  const onThirteen = (statement: string) =>
    host.dataSource.query(`
      create function on_thirteen() returns trigger language plpgsql as $$
      begin
        if new.payload ->> 'n' = '13' then ${statement}; end if;
        return new;
      end $$;
      create trigger on_thirteen before insert on jobs for each row execute function on_thirteen()`);

  const enqueueMany = (ns: number[], options = {}) =>
    Promise.allSettled(ns.map((n) => host.jobs.enqueue(item, { n }, options)));
  const rejected = (settled: PromiseSettledResult<EnqueuedJob>[]) =>
    settled.flatMap((result, n) => (result.status === 'rejected' ? [n] : []));
  const to = (n: number) => Array.from({ length: n }, (_, i) => i);

  it('get a clear error in time for a key that their own transaction holds, and others go on', async () => {
    const failure = host.dataSource.transaction(async (manager) => {
      await host.jobs.enqueue(item, { n: 1 }, { manager, uniqueKey: 'k' });
      const stuck = host.jobs.enqueue(item, { n: 2 }, { uniqueKey: 'k' });
      const startedMs = performance.now();
      await Promise.all([host.jobs.enqueue(item, { n: 3 }), host.jobs.enqueue(item, { n: 4 }, { uniqueKey: 'free' })]);
      expect(performance.now() - startedMs).toBeLessThan(WAIT_MS / 2);
      await stuck;
    });
    await expect(failure).rejects.toMatchObject({
      code: 'JOBS_UNIQUE_KEY_HELD',
      what: expect.stringContaining('"k" of queue "default"') as string,
      fix: expect.stringContaining('{ manager }') as string,
    });
    expect(await count()).toBe(2);
  });

  it.each([
    [
      'enqueueMany()',
      (h: Host) => h.jobs.enqueueMany(item, [{ payload: { n: 2 }, uniqueKey: 'k' }, { payload: { n: 3 } }]),
    ],
    ['one caller', (h: Host) => h.jobs.enqueue(item, { n: 2 }, { uniqueKey: 'k' })],
  ])('get the key as soon as its transaction has ended: %s', async (_, enqueue) => {
    const runner = host.dataSource.createQueryRunner();
    await runner.startTransaction();
    await host.jobs.enqueue(item, { n: 1 }, { uniqueKey: 'k', manager: runner.manager });
    const waiting = enqueue(host);
    await host.jobs.enqueue(item, { n: 9 }, { uniqueKey: 'free' });
    await runner.commitTransaction();
    await runner.release();
    expect([await waiting].flat()[0]).toMatchObject({ duplicate: true });
  });

  it('have nothing of enqueueMany() written if one of its keys stays held', async () => {
    await whileHeld(['k'], async () => {
      const jobs = to(20).map((n) => ({ payload: { n }, uniqueKey: n === 10 ? 'k' : `k${n}` }));
      await expect(host.jobs.enqueueMany(item, jobs)).rejects.toMatchObject({ code: 'JOBS_UNIQUE_KEY_HELD' });
    });
    expect(await count()).toBe(0);
  });

  it('keep no connection while they wait for held keys', async () => {
    const keys = to(50).map(String);
    await whileHeld(keys, async () => {
      const waiting = Promise.allSettled(keys.map((uniqueKey) => host.jobs.enqueue(item, { n: 1 }, { uniqueKey })));
      const durations: number[] = [];
      for (let i = 0; i < 200; i++) {
        const startedMs = performance.now();
        await host.jobs.enqueue(i % 2 ? item : other, { n: i });
        durations.push(performance.now() - startedMs);
      }
      durations.sort((a, b) => a - b);
      expect(durations[100]).toBeLessThan(50);
      expect((await waiting).every(({ status }) => status === 'rejected')).toBe(true);
    });
  });

  it.each([
    ['jobs without options', {}],
    ['jobs with options', { priority: 1 }],
    ['jobs with one key', { uniqueKey: 'k' }],
  ])('fail alone if a trigger refuses one row of a hundred: %s', async (_, options) => {
    await onThirteen(`raise exception 'not thirteen' using errcode = 'P0001'`);
    const settled = await enqueueMany(to(100), options);
    expect(rejected(settled)).toEqual([13]);
    expect(await count()).toBe('uniqueKey' in options ? 1 : 99);
  });

  it('go on beside a statement that a trigger holds up, and those in it wait for a moment only', async () => {
    await onThirteen('perform pg_sleep(3)');
    const startedMs = performance.now();
    const slow = host.jobs.enqueue(item, { n: 13 });
    const beside = enqueueMany(to(10));
    await Promise.resolve(host.jobs.enqueue(other, { n: 1 }));
    await beside;
    expect(performance.now() - startedMs).toBeLessThan(2_500);
    await slow;
    expect(performance.now() - startedMs).toBeGreaterThan(2_500);
    expect(await count()).toBe(12);
  });

  it.each([
    ['jobs without options', {}],
    ['jobs with options', { priority: 1 }],
  ])('are told of a lock that an index of the application waits for: %s', async (_, options) => {
    await host.dataSource.query('create unique index on jobs (payload)');
    const runner = host.dataSource.createQueryRunner();
    await runner.startTransaction();
    await host.jobs.enqueue(item, { n: 13 }, { manager: runner.manager });
    const settled = await enqueueMany(to(20), options);
    expect(rejected(settled)).toEqual([13]);
    expect(settled[13]).toMatchObject({ reason: { code: 'JOBS_LOCK_HELD' } });
    await runner.rollbackTransaction();
    await runner.release();
    expect(await count()).toBe(19);
    await expect(host.jobs.enqueue(item, { n: 5 })).rejects.toMatchObject({ code: '23505' });
  });

  it('are told in time of a lock that enqueueMany() waits for', async () => {
    await host.dataSource.query('create unique index on jobs (payload)');
    await host.dataSource.transaction(async (manager) => {
      await host.jobs.enqueue(item, { n: 13 }, { manager });
      const jobs = to(20).map((n) => ({ payload: { n } }));
      await expect(host.jobs.enqueueMany(item, jobs)).rejects.toMatchObject({ code: 'JOBS_LOCK_HELD' });
    });
    expect(await count()).toBe(1);
  }, 15_000);

  it('do not wait for good for a job that their own transaction has cancelled', async () => {
    const { id } = await host.jobs.enqueue(item, { n: 1 }, { delayMs: 60_000 });
    const failure = host.dataSource.transaction(async (manager) => {
      await host.jobs.cancel(id, { manager });
      await host.jobs.cancel(id);
    });
    await expect(failure).rejects.toMatchObject({ code: 'JOBS_LOCK_HELD' });
    await expect(host.jobs.cancel(id)).resolves.toMatchObject({ status: 'cancelled' });
  });

  it('share statements of bounded size', async () => {
    await host.dataSource.query(`
      create table sizes (n bigserial, txid bigint default txid_current(), bytes int);
      create function note_size() returns trigger language plpgsql as $$
      begin
        insert into sizes (bytes) values (octet_length(new.payload::text));
        return new;
      end $$;
      create trigger note_size before insert on jobs for each row execute function note_size()`);
    const big = defineJob({ type: 'big', payload: z.object({ text: z.string() }) });
    const payload = { text: 'x'.repeat(200_000) };
    await Promise.all(to(60).map(() => host.jobs.enqueue(big, payload)));
    const statements = await host.dataSource.query<{ bytes: number; jobs: number }[]>(
      'select sum(bytes)::int as bytes, count(*)::int as jobs from sizes group by txid',
    );
    expect(Math.max(...statements.map(({ bytes }) => bytes))).toBeLessThanOrEqual(4.2 * 1024 * 1024);
    expect(Math.max(...statements.map(({ jobs }) => jobs))).toBeGreaterThan(10);
  });

  it('of many callers of one key get one job', async () => {
    const settled = await enqueueMany(to(200), { uniqueKey: 'k' });
    const ids = settled.map((result) => (result.status === 'fulfilled' ? result.value.id : null));
    expect(new Set(ids).size).toBe(1);
    expect(await count()).toBe(1);
  });
});
