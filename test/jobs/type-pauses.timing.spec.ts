import { Injectable } from '@nestjs/common';
import { defineJob, JobTypes, ProcessesJob, type Job, type JobProcessor, type JobsModuleOptions } from '@monstera/jobs';
import type pg from 'pg';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { ClaimStore } from '../../libs/jobs/src/store/stages/claim.store.js';
import { createTestPool, eventually } from '../support/index.js';
import { useDatabase } from '../support/use-database.js';
import { startHost, type Host } from './host.js';

const payload = z.object({ n: z.number().default(0) });
const mail = defineJob({ type: 'mail', payload });
const report = defineJob({ type: 'report', payload });

interface Started {
  name: string;
  atMs: number;
}

let started: Started[] = [];

const start = async ({ type, payload: { n } }: { type: string; payload: { n: number } }) =>
  void started.push({ name: `${type} ${n}`, atMs: performance.now() });

@Injectable()
@ProcessesJob(mail)
class MailProcessor implements JobProcessor<typeof mail> {
  process(job: Job<typeof mail>): Promise<void> {
    return start(job);
  }
}

@Injectable()
@ProcessesJob(report)
class ReportProcessor implements JobProcessor<typeof report> {
  process(job: Job<typeof report>): Promise<void> {
    return start(job);
  }
}

const WORKERS = 8;
const MANY = 100_000;
const HOUR_AGO = `now() - interval '1 hour'`;
/** Refuses each update of the jobs that are named `refused`, as a trigger of a host may. */
const REFUSE = `
  create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'not this one' using errcode = 'P0001'; end $$;
  create trigger refuse before update on jobs for each row when (old.tags && '{refused}') execute function refuse()`;

describe('the pause of a type', () => {
  const database = useDatabase({ each: true });
  let pool: pg.Pool;
  let hosts: Host[];

  beforeEach(() => {
    [started, hosts] = [[], []];
    pool = createTestPool(database.url, { max: 2 });
    database.closeFirst(async () => {
      await Promise.all(hosts.map((host) => host.close()));
      await pool.end();
    });
  });

  async function boot(jobs: JobsModuleOptions = {}): Promise<Host> {
    const providers = [MailProcessor, ReportProcessor];
    const options = { pollIntervalMs: 500, ...jobs };
    const host = await startHost({ url: database.url, providers, poolSize: 3, jobs: options });
    hosts.push(host);
    await eventually(() => statusOf(host).listening);
    return host;
  }

  const statusOf = (host: Host) => host.get<WorkerStatus>(WorkerStatus, { strict: false });
  const types = () => hosts[0]!.get(JobTypes);
  const names = () => started.map(({ name }) => name);
  const isPausedIn = (host: Host, ...paused: string[]) => expect(statusOf(host).pausedTypes).toEqual(paused);

  /** Pending jobs without a wake-up, numbered in the order in which they fall due. */
  async function add(type: string, count: number, { due = HOUR_AGO, queue = 'default', shards = 1 } = {}) {
    await pool.query(
      `insert into jobs (shard, type, queue, payload, scheduled_at)
       select n % $4, $1, $3, jsonb_build_object('n', n), ${due} + n * interval '1 microsecond'
       from generate_series(1, $2::int) as n`,
      [type, count, queue, shards],
    );
  }

  /** A worker whose `mail` is paused. */
  async function bootPaused(jobs: JobsModuleOptions = {}): Promise<Host> {
    const host = await boot(jobs);
    await types().pause('mail');
    await eventually(() => isPausedIn(host, 'mail'));
    return host;
  }

  /** Enqueues jobs of the other type one after the other, and returns how long each waited, in ascending order. */
  async function waitsOf(host: Host, count: number, queue = 'default'): Promise<number[]> {
    const waits: number[] = [];
    for (let n = 1; n <= count; n++) {
      const sinceMs = performance.now();
      // With a delay it is claimed, and not inserted as claimed.
      await host.jobs.enqueue(report, { n: -n }, { queue, delayMs: 5 });
      const { atMs } = await eventually(() => started.find(({ name }) => name === `report ${-n}`) ?? false);
      waits.push(atMs - sinceMs - 5);
    }
    return waits.sort((a, b) => a - b);
  }

  it(`reaches ${WORKERS} busy workers within a second, and none of its jobs starts after that`, async () => {
    await Promise.all(Array.from({ length: WORKERS }, () => boot()));
    await add('mail', 50_000);
    await hosts[0]!.jobs.enqueue(report, {});
    await eventually(() => started.length > 200);
    const sinceMs = performance.now();
    await types().pause('mail');
    await eventually(() => hosts.forEach((host) => isPausedIn(host, 'mail')), { intervalMs: 2 });
    expect(performance.now() - sinceMs).toBeLessThan(1_000);
    await eventually(async () =>
      expect((await pool.query(`select from jobs where status = 'processing'`)).rowCount).toBe(0),
    );
    const last = Math.max(...started.map(({ atMs }) => atMs));
    expect(last - sinceMs).toBeLessThan(1_000);
    await waitsOf(hosts[0]!, 5);
    expect(Math.max(...started.filter(({ name }) => name.startsWith('mail')).map(({ atMs }) => atMs))).toBe(last);
    const left = await pool.query(`select max(attempts) as most from jobs where type = 'mail' and status = 'pending'`);
    expect(left.rows).toEqual([{ most: 0 }]);
    await types().resume('mail');
    await eventually(() => started.some(({ name, atMs }) => name.startsWith('mail') && atMs > last), {
      timeoutMs: 1_000,
    });
  }, 60_000);

  it('ends by itself at its time', async () => {
    const host = await boot();
    const until = new Date(Date.now() + 1_500);
    await types().pause('mail', { until });
    await eventually(() => isPausedIn(host, 'mail'));
    await host.jobs.enqueue(mail, { n: 1 });
    await eventually(() => expect(names()).toEqual(['mail 1']), { intervalMs: 2 });
    expect(Date.now() - until.getTime()).toBeGreaterThanOrEqual(0);
    expect(Date.now() - until.getTime()).toBeLessThan(1_000);
    expect(await types().get('mail')).toMatchObject({ paused: false, pausedUntil: null });
  });

  it('leaves the order as it is, within a type and among types', async () => {
    await boot({ concurrency: 1 });
    await hosts[0]!.dataSource.transaction(async (manager) => {
      for (const type of ['mail', 'report']) await types().pause(type, { manager });
    });
    await eventually(() => isPausedIn(hosts[0]!, 'mail', 'report'));
    for (const type of ['mail', 'report']) await add(type, 200);
    await hosts[0]!.dataSource.transaction(async (manager) => {
      for (const type of ['mail', 'report']) await types().resume(type, { manager });
    });
    await eventually(() => expect(started).toHaveLength(400));
    const numbers = names().map((name) => Number(name.split(' ')[1]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  describe(`of ${MANY} due jobs`, () => {
    it('delays no other job, nor do its claims take longer', async () => {
      const host = await bootPaused();
      await add('mail', MANY);
      await waitsOf(host, 5);
      const tookMs: number[] = [];
      const { claimAhead } = ClaimStore.prototype;
      const spy = jest.spyOn(ClaimStore.prototype, 'claimAhead').mockImplementation(async function (request) {
        const sinceMs = performance.now();
        const rows = await claimAhead.call(this as ClaimStore, request);
        tookMs.push(performance.now() - sinceMs);
        return rows;
      });
      const waits = await waitsOf(host, 30);
      spy.mockRestore();
      expect(waits[15]).toBeLessThan(60);
      expect(tookMs.length).toBeGreaterThan(10);
      expect(tookMs.sort((a, b) => a - b)[Math.floor(tookMs.length / 2)]).toBeLessThan(10);
    }, 30_000);

    it('delays none that was due before, whether the worker runs or boots', async () => {
      const running = await boot({ concurrency: 1 });
      await types().pause('mail');
      await eventually(() => isPausedIn(running, 'mail'));
      await add('mail', MANY);
      await add('report', 300, { due: `now() - interval '30 minutes'` });
      await running.close();
      hosts.length = 0;
      await boot();
      await eventually(() => expect(started).toHaveLength(300), { timeoutMs: 3_000 });
      expect(names()).not.toContain('mail 1');
    }, 30_000);

    it('starts them within a second and in their order when it ends, also beside another pause', async () => {
      const host = await bootPaused({ concurrency: 1 });
      await types().pause('report');
      await eventually(() => isPausedIn(host, 'mail', 'report'));
      await add('mail', MANY, { due: `now() - interval '2 hours'` });
      await add('report', 500);
      await waitsForIdle(host);
      const sinceMs = performance.now();
      await types().resume('report');
      await eventually(() => started.length > 0, { intervalMs: 2 });
      expect(started[0]!.atMs - sinceMs).toBeLessThan(1_000);
      await eventually(() => expect(started).toHaveLength(500));
      expect(names()).toEqual(Array.from({ length: 500 }, (_, n) => `report ${n + 1}`));
      const resumedMs = performance.now();
      await types().resume('mail');
      await eventually(() => started.length > 600, { intervalMs: 2 });
      expect(started[500]!.atMs - resumedMs).toBeLessThan(1_000);
      expect(names().slice(500, 600)).toEqual(Array.from({ length: 100 }, (_, n) => `mail ${n + 1}`));
    }, 60_000);

    it('works in several shards', async () => {
      const host = await bootPaused({ shards: 4 });
      await add('mail', MANY, { shards: 4 });
      await add('report', 100, { shards: 4 });
      await eventually(() => expect(started).toHaveLength(100));
      expect((await waitsOf(host, 20))[10]).toBeLessThan(100);
      await types().resume('mail');
      await eventually(() => expect(names()).toContain('mail 1'));
    }, 30_000);

    it('works for a worker with 2,000 queues', async () => {
      const queues = Array.from({ length: 2_000 }, (_, n) => `queue-${n}`);
      const host = await boot({ queues });
      await add('report', 1, { queue: 'queue-7' });
      await types().pause('mail');
      await eventually(() => isPausedIn(host, 'mail'));
      for (const queue of ['queue-5', 'queue-6', 'queue-7']) await add('mail', MANY / 4, { queue });
      await add('report', 20, { queue: 'queue-5', due: `now() - interval '1 second'` });
      await eventually(() => expect(started).toHaveLength(21));
      expect((await waitsOf(host, 20, 'queue-6'))[10]).toBeLessThan(200);
      const sinceMs = performance.now();
      await types().resume('mail');
      await eventually(() => started.some(({ name }) => name.startsWith('mail')), { intervalMs: 2 });
      expect(performance.now() - sinceMs).toBeLessThan(1_000);
    }, 60_000);

    it('works beside rows that the database does not let anyone change', async () => {
      const host = await boot();
      await pool.query(REFUSE);
      await pool.query(`insert into jobs (type, tags, scheduled_at) select 'report', '{refused}', ${HOUR_AGO} from generate_series(1, 3)`);
      await add('report', 1);
      await eventually(() => expect(started).toHaveLength(1), { timeoutMs: 20_000 });
      await types().pause('mail');
      await eventually(() => isPausedIn(host, 'mail'));
      await add('mail', MANY);
      await add('report', 20);
      await eventually(() => expect(started).toHaveLength(21), { timeoutMs: 20_000 });
      expect((await waitsOf(host, 10))[5]).toBeLessThan(500);
      await types().resume('mail');
      await eventually(() => expect(names()).toContain('mail 1'), { timeoutMs: 20_000 });
    }, 90_000);

    it('works beside a held snapshot', async () => {
      await pool.query('alter table jobs set (autovacuum_enabled = false)');
      await add('gone', MANY);
      const holder = await pool.connect();
      await holder.query('begin isolation level repeatable read; select count(*) from jobs');
      try {
        await pool.query('delete from jobs');
        const host = await bootPaused();
        await add('mail', MANY);
        await add('report', 100);
        await eventually(() => expect(started).toHaveLength(100));
        expect((await waitsOf(host, 20))[10]).toBeLessThan(100);
        const sinceMs = performance.now();
        await types().resume('mail');
        await eventually(() => expect(names()).toContain('mail 1'), { intervalMs: 2 });
        expect(performance.now() - sinceMs).toBeLessThan(2_000);
      } finally {
        await holder.query('rollback');
        holder.release();
      }
    }, 60_000);
  });

  async function waitsForIdle(host: Host): Promise<void> {
    await expect(eventually(() => statusOf(host).activeSlots > 0, { timeoutMs: 500 })).rejects.toThrow();
  }
});
