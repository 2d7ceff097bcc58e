import { Injectable } from '@nestjs/common';
import {
  defineJob,
  JobAuditService,
  JobService,
  pendingMigrations,
  ProcessesJob,
  typeormTransactional,
} from '@monstera/jobs';
import type { Job, JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { AMBIENTS } from './ambient-hosts.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const noted = defineJob({ type: 'noted', payload: z.object({ name: z.string() }), queue: 'noted' });
const spawning = defineJob({ type: 'spawning', payload: z.object({ name: z.string() }), queue: 'spawning' });
const later = { delayMs: 3_600_000 };

const startedMs = new Map<string, number>();
const ended = new Set<string>();

@Injectable()
@ProcessesJob(noted)
class NotedProcessor implements JobProcessor<typeof noted> {
  async process({ id }: Job<typeof noted>): Promise<void> {
    startedMs.set(id, performance.now());
  }
}

/** Enqueues a job from its handler, as handlers do. */
@Injectable()
@ProcessesJob(spawning)
class SpawningProcessor implements JobProcessor<typeof spawning> {
  constructor(private readonly jobs: JobService) {}

  async process({ payload }: Job<typeof spawning>): Promise<void> {
    await this.jobs.enqueue(noted, { name: `of ${payload.name}` }, later);
    ended.add(payload.name);
  }
}

describe.each(AMBIENTS)('in a transaction of %s', (_, { start, inTransaction, inOwnTransaction, outside }) => {
  const database = useDatabase();
  /** It has the transactions, and runs the queue `spawning` itself. */
  let host: Host;
  let worker: Host;

  beforeAll(async () => {
    database.closeFirst(async () => {
      await host.close();
      await worker.close();
    });
    ended.clear();
    const { url } = database;
    const ownWorker = { queues: ['spawning'], pollIntervalMs: 60_000 };
    host = await start({ url, providers: [SpawningProcessor], jobs: { ...ownWorker, definitions: [noted] } });
    worker = await startHost({ url, providers: [NotedProcessor], jobs: { pollIntervalMs: 60_000 } });
    await eventually(() => worker.jobs.enqueue(noted, { name: 'warm up' }).then(({ id }) => hasRun(id)));
  });

  const hasRun = (id: string) => eventually(() => startedMs.has(id));
  const failing = (work: () => Promise<unknown>) =>
    work().then(() => {
      throw new Error('changed my mind');
    });
  const rolledBack = async (work: () => Promise<unknown>) =>
    expect(inTransaction(() => failing(work))).rejects.toThrow('changed my mind');
  /** As another connection sees them. */
  const names = async (): Promise<string[]> =>
    (await worker.dataSource.query<{ name: string }[]>(`select payload ->> 'name' as name from jobs`)).map(
      ({ name }) => name,
    );
  const statusOf = async (id: string) => (await worker.jobs.get(id))?.status;

  it('a job is there once it commits, and not before, and wakes an idle worker then', async () => {
    const { id } = await inTransaction(async () => {
      const enqueued = await host.jobs.enqueue(noted, { name: 'committed' });
      await host.dataSource.manager.query('select pg_sleep(0.03)');
      expect(await names()).not.toContain('committed');
      return enqueued;
    });
    const committedMs = performance.now();
    await hasRun(id);
    expect(startedMs.get(id)! - committedMs).toBeLessThan(1_000);
  });

  it('no job of any kind of enqueuing is left by a rollback', async () => {
    await rolledBack(async () => {
      await host.jobs.enqueue(noted, { name: 'lost' });
      await host.jobs.enqueueByType('noted', { name: 'lost' }, later);
      await host.jobs.enqueueMany(noted, [
        { payload: { name: 'lost' } },
        { payload: { name: 'lost' }, uniqueKey: 'lost' },
      ]);
    });
    expect(await names()).not.toContain('lost');
  });

  it('a method that is called joins it, and one with a transaction of its own does not', async () => {
    await rolledBack(async () => {
      await inTransaction(() => host.jobs.enqueue(noted, { name: 'nested' }, later));
      await inOwnTransaction(() => host.jobs.enqueue(noted, { name: 'inner' }, later));
      await host.jobs.enqueue(noted, { name: 'outer' }, later);
    });
    expect(await names()).toEqual(expect.arrayContaining(['inner']));
    expect(await names()).not.toEqual(expect.arrayContaining(['nested']));
    expect(await names()).not.toEqual(expect.arrayContaining(['outer']));
    const innerFails = inTransaction(async () => {
      await host.jobs.enqueue(noted, { name: 'kept' }, later);
      const inner = inOwnTransaction(() => failing(() => host.jobs.enqueue(noted, { name: 'dropped' }, later)));
      await expect(inner).rejects.toThrow('changed my mind');
    });
    await innerFails;
    expect(await names()).toContain('kept');
    expect(await names()).not.toContain('dropped');
  });

  it('a call with { manager: null }, and one outside, is on its own', async () => {
    await rolledBack(async () => {
      await host.jobs.enqueue(noted, { name: 'on its own' }, { ...later, manager: null });
      await host.jobs.enqueueMany(noted, [{ payload: { name: 'many on their own' }, ...later }], { manager: null });
      await outside(() => host.jobs.enqueue(noted, { name: 'outside' }, later));
    });
    expect(await names()).toEqual(expect.arrayContaining(['on its own', 'many on their own', 'outside']));
  });

  it('a call with a manager follows that one', async () => {
    await rolledBack(() =>
      host.dataSource.transaction((manager) =>
        host.jobs.enqueue(noted, { name: 'by its manager' }, { ...later, manager }),
      ),
    );
    expect(await names()).toContain('by its manager');
  });

  it('cancels and retries roll back with it, and reads see what it has written', async () => {
    const { id } = await host.jobs.enqueue(noted, { name: 'waiting' }, { ...later, uniqueKey: 'waiting' });
    const { id: gone } = await host.jobs.enqueue(noted, { name: 'gone' }, later);
    await host.jobs.cancel(gone);
    await rolledBack(async () => {
      expect(await host.jobs.cancelByKey(noted, 'waiting')).toEqual({ id, status: 'cancelled' });
      expect(await host.jobs.get(id)).toMatchObject({ status: 'cancelled' });
      expect(await host.jobs.get(id, { manager: null })).toMatchObject({ status: 'pending' });
      await host.jobs.retry(gone);
      expect(await statusOf(gone)).toBe('cancelled');
      expect(await host.jobs.cancel(gone)).toEqual({ id: gone, status: 'cancelled' });
      await host.get(JobAuditService).record({ actor: 'me', action: 'job.cancel', jobId: gone });
    });
    expect(await statusOf(id)).toBe('pending');
    expect(await worker.dataSource.query('select * from job_audit')).toEqual([]);
    await inTransaction(() => host.jobs.cancel(id));
    expect(await statusOf(id)).toBe('cancelled');
    await inTransaction(() => host.jobs.retry(gone));
    await hasRun(gone);
  });

  it('what is wrong with a call is thrown before anything is written, and the transaction can go on', async () => {
    await inTransaction(async () => {
      await expect(host.jobs.enqueue(noted, { name: 7 as unknown as string })).rejects.toThrow('JOBS_INVALID_PAYLOAD');
      await host.jobs.enqueue(noted, { name: 'went on' }, later);
    });
    expect(await names()).toContain('went on');
  });

  it('a handler of a job that was enqueued there on its own is outside, while it is open too', async () => {
    await rolledBack(async () => {
      await host.jobs.enqueue(spawning, { name: 'plain' }, { manager: null });
      await eventually(() => ended.has('plain'));
      await host.jobs.enqueue(spawning, { name: 'claimed' }, { manager: null, uniqueKey: 'claimed' });
      await eventually(() => ended.has('claimed'));
    });
    expect(await names()).toEqual(expect.arrayContaining(['of plain', 'of claimed']));
  });

  it('each of many at once has its own jobs', async () => {
    const outcomes = Array.from({ length: 20 }, (__, n) => {
      const enqueue = () => host.jobs.enqueue(noted, { name: n % 2 ? `odd ${n}` : 'even' }, later);
      return n % 2 ? inTransaction(enqueue) : rolledBack(enqueue);
    });
    await Promise.all(outcomes);
    expect((await names()).filter((name) => name.startsWith('odd '))).toHaveLength(10);
    expect(await names()).not.toContain('even');
  });

  it('what the library reads for itself is outside', async () => {
    await rolledBack(async () => {
      await expect(host.dataSource.manager.query('select 1 / 0')).rejects.toThrow('division by zero');
      await expect(pendingMigrations(host.dataSource)).resolves.toEqual([]);
    });
  });
});

describe('a transactionManager that cannot be used', () => {
  const database = useDatabase();

  it('fails each call that asks it, before anything is written', async () => {
    const other = await startHost({ url: database.url });
    const transactionManager = jest.fn(() => other.dataSource.manager);
    const host = await startHost({ url: database.url, providers: [NotedProcessor], jobs: { transactionManager } });
    const unusable = { code: 'JOBS_TRANSACTION_MANAGER_UNUSABLE' };
    await expect(host.jobs.enqueue(noted, { name: 'x' })).rejects.toMatchObject(unusable);
    await expect(host.jobs.enqueueMany(noted, [{ payload: { name: 'x' } }])).rejects.toMatchObject(unusable);
    await expect(host.jobs.cancelByKey(noted, 'x')).rejects.toMatchObject(unusable);
    expect(transactionManager).toHaveBeenCalledTimes(3);
    expect(await host.dataSource.query('select * from jobs')).toEqual([]);
    expect(await host.jobs.enqueue(noted, { name: 'x' }, { manager: null })).toMatchObject({ type: 'noted' });
    await host.close();
    await other.close();
  });

  it('says that typeorm-transactional does not know the data source', async () => {
    const [, { start, inTransaction }] = AMBIENTS[0]!;
    const known = await start({ url: database.url });
    const host = await startHost({ url: database.url, jobs: { transactionManager: typeormTransactional() } });
    await expect(inTransaction(() => host.jobs.enqueue(noted, { name: 'y' }))).rejects.toMatchObject({
      code: 'JOBS_TRANSACTION_MANAGER_UNUSABLE',
      cause: { code: 'JOBS_DATA_SOURCE_NOT_TRANSACTIONAL' },
    });
    await host.close();
    await known.close();
  });
});
