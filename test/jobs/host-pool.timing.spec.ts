import { Logger } from '@nestjs/common';
import { defineJob, JobAuditService, JobRepository } from '@monstera/jobs';
import { z } from 'zod';
import { poolOf } from '../../libs/jobs/src/store/connection/host-connections.js';
import { eventually } from '../support/index.js';
import { isPooled } from '../support/pooler.js';
import type { Host } from './host.js';
import { useHost } from './use-host.js';

const item = defineJob({ type: 'item', payload: z.object({ n: z.number() }) });
const POOL_SIZE = 10;
const WAIT_MS = 300;

describe("the host's pool", () => {
  const host = useHost({ each: true, poolSize: POOL_SIZE, jobs: { role: 'producer', waitTimeoutMs: WAIT_MS } });

  afterEach(() => jest.restoreAllMocks());

  const count = async () => (await host.dataSource.query<{ n: number }[]>('select count(*)::int as n from jobs'))[0]!.n;

  /** Connections that somebody has or waits for. */
  const inUse = () => {
    const { totalCount, idleCount, waitingCount } = poolOf(host.dataSource);
    return totalCount - idleCount + waitingCount;
  };

  const codeOf = (error: unknown) => (error as { code?: string }).code;

  /** Runs work while transactions have every connection of the pool. */
  async function whileExhausted<T>(work: () => Promise<T>): Promise<T> {
    const runners = Array.from({ length: POOL_SIZE }, () => host.dataSource.createQueryRunner());
    for (const runner of runners) await runner.startTransaction();
    return work().finally(async () => {
      for (const runner of runners) await runner.rollbackTransaction();
      for (const runner of runners) await runner.release();
    });
  }

  it.each<[string, (h: Host) => Promise<unknown>]>([
    ['enqueue()', ({ jobs }) => jobs.enqueue(item, { n: 1 })],
    ['enqueue() with a key', ({ jobs }) => jobs.enqueue(item, { n: 1 }, { uniqueKey: 'k' })],
    ['enqueueMany()', ({ jobs }) => jobs.enqueueMany(item, [{ payload: { n: 1 } }])],
    ['enqueueMany() with keys', ({ jobs }) => jobs.enqueueMany(item, [{ payload: { n: 1 }, uniqueKey: 'k' }])],
    ['get()', ({ jobs }) => jobs.get('019a0000-0000-7000-8000-000000000000')],
    ['cancel()', ({ jobs }) => jobs.cancel('019a0000-0000-7000-8000-000000000000')],
    ['cancelByKey()', ({ jobs }) => jobs.cancelByKey(item, 'k')],
    ['retry()', ({ jobs }) => jobs.retry('019a0000-0000-7000-8000-000000000000')],
    ['the audit', (h) => h.get(JobAuditService).record({ actor: 'a', action: 'b' })],
    [
      'enqueue() on a query runner that has no connection yet',
      async ({ jobs, dataSource }) => {
        const runner = dataSource.createQueryRunner();
        await jobs.enqueue(item, { n: 1 }, { manager: runner.manager }).finally(() => runner.release());
      },
    ],
  ])('is waited for in %s for a limited time, and is whole again afterwards', async (_, call) => {
    const startedMs = performance.now();
    const error: unknown = await whileExhausted(() => call(host).catch((reason: unknown) => reason));
    expect(performance.now() - startedMs).toBeLessThan(WAIT_MS + 1_500);
    expect(codeOf(error)).toBe('JOBS_NO_CONNECTION');
    expect((error as Error).message).toContain('10 of 10 in use');
    await eventually(() => inUse() === 0);
    await host.jobs.enqueue(item, { n: 2 });
    expect(await count()).toBe(1);
  });

  it('is not needed for a statistic, except behind a pooler', async () => {
    const asked = () => host.get(JobRepository).countPendingByType();
    const error: unknown = await whileExhausted(() =>
      asked().then(
        () => null,
        (reason: unknown) => reason,
      ),
    );
    if (isPooled) expect(codeOf(error)).toBe('JOBS_NO_CONNECTION');
    else expect(error).toBeNull();
  });

  it('does not stop for good when as many transactions as it has connections enqueue without their manager', async () => {
    let open = 0;
    const enqueueInside = () =>
      host.dataSource.transaction(async (manager) => {
        await manager.query('select 1');
        open++;
        await eventually(() => open === POOL_SIZE);
        await host.jobs.enqueue(item, { n: 1 });
      });
    const settled = await Promise.allSettled(Array.from({ length: POOL_SIZE }, enqueueInside));
    const codes = settled.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : []));
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set(['JOBS_NO_CONNECTION']));
    await eventually(() => inUse() === 0);
  });

  const warnings = () => {
    const messages: string[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: string) => void messages.push(message));
    return messages;
  };

  it.each<[string, (h: Host) => Promise<unknown>]>([
    ['enqueue()', ({ jobs }) => jobs.enqueue(item, { n: 1 })],
    ['enqueue() with a key', ({ jobs }) => jobs.enqueue(item, { n: 1 }, { uniqueKey: 'k' })],
    [
      'enqueueMany()',
      ({ jobs }) => jobs.enqueueMany(item, [{ payload: { n: 1 }, uniqueKey: 'k' }, { payload: { n: 1 } }]),
    ],
  ])('is not trusted with a connection that was released inside a transaction: %s', async (_, enqueue) => {
    const messages = warnings();
    const runners = Array.from({ length: 3 }, () => host.dataSource.createQueryRunner());
    for (const runner of runners) await runner.startTransaction();
    for (const runner of runners) await runner.release();
    const enqueued = [await enqueue(host)].flat() as { id: string }[];
    expect(messages).toEqual([
      expect.stringContaining('JOBS_CONNECTION_IN_TRANSACTION'),
      expect.stringContaining('JOBS_CONNECTION_IN_TRANSACTION'),
      expect.stringContaining('JOBS_CONNECTION_IN_TRANSACTION'),
    ]);
    for (const { id } of enqueued) expect(await host.jobs.get(id)).toMatchObject({ status: 'pending' });
    await eventually(() => inUse() === 0);
  });

  it('keeps a connection whose COMMIT nobody waited for, and what was committed', async () => {
    const messages = warnings();
    const client = await poolOf(host.dataSource).connect();
    await client.query('begin');
    await client.query(`insert into jobs (type, payload) values ('by_hand', '{}')`);
    void client.query('commit');
    client.release();
    await host.jobs.enqueue(item, { n: 1 });
    expect(messages).toEqual([]);
    expect(await count()).toBe(2);
  });

  it('serves a caller that began its transaction in SQL', async () => {
    if (isPooled) return;
    const runner = host.dataSource.createQueryRunner();
    const { manager } = runner;
    await runner.query('begin');
    await host.jobs.enqueueMany(item, [{ payload: { n: 1 }, uniqueKey: 'k' }, { payload: { n: 2 } }], { manager });
    await host.jobs.enqueue(item, { n: 3 }, { manager });
    expect(await count()).toBe(0);
    await runner.query('rollback');
    expect(await count()).toBe(0);
    await runner.release();
  });

  it('writes all of enqueueMany() or nothing on a manager outside a transaction too', async () => {
    await host.dataSource.query(`alter table jobs add constraint refused check (payload <> '{"n": 7000}')`);
    const jobs = Array.from({ length: 7_001 }, (_, n) => ({ payload: { n } }));
    const runner = host.dataSource.createQueryRunner();
    for (const manager of [host.dataSource.manager, runner.manager])
      await expect(host.jobs.enqueueMany(item, jobs, { manager })).rejects.toMatchObject({ code: '23514' });
    expect(await count()).toBe(0);
    expect(await host.jobs.enqueueMany(item, jobs.slice(1, 4), { manager: runner.manager })).toHaveLength(3);
    await runner.release();
    expect(await count()).toBe(3);
  });
});
