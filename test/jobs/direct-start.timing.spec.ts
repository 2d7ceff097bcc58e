import { AsyncLocalStorage } from 'node:async_hooks';
import { defineJob, type EnqueuedJob } from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { held, OneProcess } from './one-process.js';
import { useDatabase } from '../support/use-database.js';

const payload = z.object({ n: z.number() });
const unknown = defineJob({ type: 'unknown', payload });
const elsewhere = defineJob({ type: 'held', payload, queue: 'elsewhere' });

const DIRECT = 'jobs_insert_started';

describe('a job that is enqueued beside an idle worker', () => {
  const database = useDatabase({ each: true });
  let one: OneProcess;

  beforeEach(async () => {
    database.closeFirst(() => one.close());
    one = await OneProcess.start(database.url, { concurrency: 2 });
  });

  const startedOf = ({ id }: EnqueuedJob, attempt = 1) =>
    eventually(() => one.started.find(({ job }) => job.id === id && job.attempt === attempt) ?? false);
  const statesAre = ({ id }: EnqueuedJob, states: string[]) =>
    eventually(async () => expect(await one.states(id)).toEqual(states));

  it('is inserted as the worker’s, and starts without a claim and without a NOTIFY', async () => {
    const enqueued = await one.enqueue(7);
    const { job } = await startedOf(enqueued);
    const row = await one.row(enqueued.id);
    expect(row).toMatchObject({ status: 'processing', run: 1, attempts: 1, worker_id: one.worker.id });
    expect(row.started_at).toEqual(row.created_at);
    expect(job).toMatchObject({ type: 'held', queue: 'default', payload: { n: 7 }, attempt: 1, maxAttempts: 5 });
    expect([job.scheduledAt, job.createdAt, job.tags]).toEqual([row.scheduled_at, row.created_at, []]);

    one.started[0]!.end();

    await statesAre(enqueued, ['processing 1 1', 'completed 1 1']);
    expect(one.host.sent).toEqual([DIRECT]);
    expect(one.own.sent).toEqual(['jobs_settle_completed']);
    await eventually(() => expect(one.events.map(({ name }) => name)).toEqual(['started', 'completed']));
    expect(one.events[0]!.waitMs).toBeLessThan(1_000);
  });

  it('is known to whoever enqueued it before its handler starts', async () => {
    const seen: (string | undefined)[] = [];
    await one.enqueue().then(({ id }) => seen.push(id, one.started[0]?.job.id));
    await eventually(() => expect(one.started).toHaveLength(1));
    expect(seen).toEqual([one.started[0]!.job.id, undefined]);
  });

  it('does not run in the async context of the request that enqueued it', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    one.onStart = () => seen.push(context.getStore());
    await context.run('a request', () => one.enqueue());
    await eventually(() => expect(one.started).toHaveLength(1));
    expect(one.host.sent).toEqual([DIRECT]);
    expect(seen).toEqual([undefined]);
  });

  it('shares its insert with others while there is a slot for each', async () => {
    const enqueued = await Promise.all([one.enqueue(1), one.enqueue(2)]);
    for (const job of enqueued) await startedOf(job);
    expect(one.host.sent).toEqual([DIRECT]);
    expect(one.started.map(({ job }) => job.payload.n)).toEqual([1, 2]);
  });

  it('is claimed for its second attempt, as ever', async () => {
    const enqueued = await one.enqueue();
    (await startedOf(enqueued)).fail();
    (await startedOf(enqueued, 2)).end();
    await statesAre(enqueued, ['processing 1 1', 'pending 1 1', 'processing 2 2', 'completed 2 2']);
    expect(one.own.sent).toContain('jobs_claim_jobs');
  });

  it('is cancelled like any other while it runs', async () => {
    const enqueued = await one.enqueue();
    const { context } = await startedOf(enqueued);
    await one.jobs.cancel(enqueued.id);
    await one.worker.cancels.act();
    expect(context.signal.aborted).toBe(true);
    await statesAre(enqueued, ['processing 1 1', 'cancelled 1 1']);
  });

  const steer = (given: object) => one.worker.steer({ paused: [], pausedTypes: [], isDrained: false, ...given });
  const foundAll = () => eventually(() => one.worker.loop.foundAll);
  const inTransaction = () =>
    one.dataSource.transaction((manager) => one.jobs.enqueue(held, { n: 0 }, { manager, maxAttempts: 5 }));
  it.each<[string, () => Promise<EnqueuedJob>]>([
    ['its queue is paused', () => (steer({ paused: ['default'] }), one.enqueue())],
    ['its type is paused', async () => (steer({ pausedTypes: ['held'] }), await foundAll(), one.enqueue())],
    ['the lease is not held', () => ((one.leaseHeld = false), one.enqueue())],
    ['the worker drains', () => (void one.worker.drain(), one.enqueue())],
    ['its type has no processor here', () => one.enqueue(0, unknown)],
    ['its queue is not one of the worker’s', () => one.enqueue(0, elsewhere)],
    ['it is due later', () => one.jobs.enqueue(held, { n: 0 }, { delayMs: 60_000 })],
    ['it has a unique key', () => one.jobs.enqueue(held, { n: 0 }, { uniqueKey: 'a' })],
    ['its caller is in a transaction', () => inTransaction()],
    ['there has been a wake-up', async () => (one.worker.loop.wake(), (await one.enqueueMany(1))[0]!)],
  ])('waits to be claimed if %s', async (_, enqueue) => {
    const { id } = await enqueue();
    expect((await one.states(id))[0]).toBe('pending 0 0');
    expect(one.host.sent).not.toContain(DIRECT);
  });

  it('waits in a caller’s transaction even if it is plain, and goes with it', async () => {
    const work = one.dataSource.transaction(async (manager) => {
      await one.jobs.enqueue(held, { n: 0 }, { manager });
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await one.dataSource.query('select * from seen_states')).toEqual([]);
    expect(one.host.sent).toEqual([]);
    expect(one.started).toEqual([]);
  });

  it('waits to be claimed while all slots are taken', async () => {
    await one.enqueueMany(2);
    const third = await one.enqueue();
    expect(await one.states(third.id)).toEqual(['pending 0 0']);
    one.started[0]!.end();
    (await startedOf(third)).end();
    await statesAre(third, ['pending 0 0', 'processing 1 1', 'completed 1 1']);
  });

  it('waits if there is not a slot for all that are inserted with it', async () => {
    const jobs = await one.enqueueMany(3);
    expect(await Promise.all(jobs.map(async ({ id }) => (await one.states(id))[0]))).toEqual(
      jobs.map(() => 'pending 0 0'),
    );
  });

  it('does not overtake a job that waits: neither then nor later is more running than there are slots', async () => {
    const calls = Array.from({ length: 60 }, (_, n) => (n % 3 ? one.enqueue(n) : one.enqueueMany(1 + (n % 4))));
    const ending = setInterval(() => one.started.forEach(({ end }) => end()), 1);
    const jobs = (await Promise.all(calls)).flat();
    await eventually(async () => {
      const [row] = await one.dataSource.query<{ n: number }[]>(
        `select count(*)::int as n from jobs where status = 'completed' and run = 1`,
      );
      expect(row!.n).toBe(jobs.length);
    });
    clearInterval(ending);
    expect(one.started).toHaveLength(jobs.length);
    expect(one.maxAtOnce).toBe(2);
  });
});

describe('a job that falls due while all slots are taken', () => {
  const database = useDatabase({ each: true });
  let one: OneProcess;

  beforeEach(async () => {
    database.closeFirst(() => one.close());
    one = await OneProcess.start(database.url, { concurrency: 1, pollIntervalMs: 20 });
  });

  it('is not overtaken by those that are enqueued in the moment in which one is free', async () => {
    await one.enqueue(1);
    const [due] = await one.dataSource.query<{ id: string }[]>(
      `insert into jobs (type, payload) values ('held', '{"n": 2}') returning id`,
    );
    const tickMs = one.status.lastLoopTickMs!;
    await eventually(() => expect(one.status.lastLoopTickMs).toBeGreaterThan(tickMs + 20));
    one.started[0]!.end();
    await new Promise((resolve) => setImmediate(resolve));
    const { id } = await one.enqueue(3);
    expect((await one.states(id))[0]).toBe('pending 0 0');
    await eventually(() => expect(one.started).toHaveLength(2));
    expect(one.started[1]!.job.id).toBe(due!.id);
  });
});
