import { Injectable } from '@nestjs/common';
import { connectionOptions } from '@monstera/database';
import { defineJob, JobStatistics, PermanentJobError, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { BUCKETS, bucketOf, startOfBucket } from '../../libs/jobs/src/history/histogram.js';
import { History } from '../../libs/jobs/src/history/history.js';
import { LADDER } from '../../libs/jobs/src/history/ladder.js';
import { ManagerExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { HistoryStore, type HistoryCounts } from '../../libs/jobs/src/store/history.store.js';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { applicationUrl } from '../support/pooler.js';
import { startHost, type Host } from './host.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const work = defineJob({
  type: 'work',
  queue: 'default',
  payload: z.object({ fails: z.enum(['never', 'once', 'always']) }),
  retry: { type: 'fixed', initialDelayMs: 10 },
});

@Injectable()
@ProcessesJob(work)
class WorkProcessor implements JobProcessor<typeof work> {
  async process({ payload, attempt }: Job<typeof work>): Promise<void> {
    if (payload.fails === 'always') throw new PermanentJobError('no');
    if (payload.fails === 'once' && attempt === 1) throw new Error('not yet');
  }
}

const counts = (given: Partial<HistoryCounts> = {}): HistoryCounts => ({
  type: 'mail',
  queue: 'default',
  completed: 1,
  retried: 0,
  failed: 0,
  cancelled: 0,
  wait_ms: 0,
  run_ms: 0,
  waits: [],
  runs: [],
  ...given,
});

/** A histogram with so many times in one bucket. */
const times = (ms: number, count = 1) =>
  Array.from({ length: bucketOf(ms) + 1 }, (_, i) => (i === bucketOf(ms) ? count : 0));

describe('the history', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let store: HistoryStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(connectionOptions({ url: applicationUrl(database.url) })).initialize();
    store = new HistoryStore(inTestSchema(new ManagerExecutor(dataSource)));
  });

  beforeEach(() => dataSource.query('truncate job_stats, jobs'));

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const rows = (where = 'true') =>
    dataSource.query<Record<string, unknown>[]>(
      `select type, queue, span_s, completed::int, retried::int, failed::int, cancelled::int, waits, runs
       from job_stats where ${where} order by starts_at, type, queue`,
    );
  const sums = async (where = 'true') =>
    (
      await dataSource.query<Record<string, number>[]>(
        `select count(*)::int as rows, sum(completed)::int as completed, sum(failed)::int as failed,
           sum(wait_ms)::int as waited, (select sum(n)::int from job_stats, unnest(waits) as n where ${where}) as waits,
           (select sum(n)::int from job_stats, unnest(runs) as n where ${where}) as runs
         from job_stats where ${where}`,
      )
    )[0];

  describe('of a worker', () => {
    async function start(): Promise<Host> {
      return startHost({ url: database.url, providers: [WorkProcessor], jobs: { pollIntervalMs: 50 } });
    }

    async function runAll(host: Host, fails: ('never' | 'once' | 'always')[]): Promise<void> {
      await host.jobs.enqueueMany(
        work,
        fails.map((each) => ({ payload: { fails: each } })),
      );
      await eventually(async () =>
        expect(await dataSource.query(`select 1 from jobs where status not in ('completed', 'failed')`)).toEqual([]),
      );
    }

    it('has each run once after the worker has ended, in the minute in which it ran', async () => {
      const host = await start();
      await runAll(host, ['never', 'never', 'once', 'always']);
      await host.close();

      const found = await rows(`type = 'work'`);
      const sum = (name: string) => found.reduce((total, row) => total + (row[name] as number), 0);
      expect([sum('completed'), sum('retried'), sum('failed'), sum('cancelled')]).toEqual([3, 1, 1, 0]);
      expect(await sums(`type = 'work'`)).toMatchObject({ waits: 5, runs: 5 });
      expect(await sums(`type = '' and queue = ''`)).toMatchObject({ completed: 3, failed: 1, waits: 5, runs: 5 });
      expect(await sums(`type = '' and queue = 'default'`)).toMatchObject({ completed: 3, waits: 5 });
      const [{ late }] = await dataSource.query<[{ late: number }]>(
        `select count(*)::int as late from job_stats
         where span_s <> 60 or starts_at < now() - interval '2 minutes' or starts_at > now()
           or extract(second from starts_at) <> 0`,
      );
      expect(late).toBe(0);
    });

    it('is added to that of other workers', async () => {
      const hosts = [await start(), await start()];
      await runAll(
        hosts[0]!,
        Array.from({ length: 40 }, () => 'never' as const),
      );
      await Promise.all(hosts.map((host) => host.close()));

      expect(await sums(`type = 'work'`)).toMatchObject({ completed: 40, waits: 40, runs: 40 });
    });

    it('is what JobStatistics tells', async () => {
      const host = await start();
      await runAll(host, ['never', 'always']);
      const statistics = host.get(JobStatistics);
      expect(await statistics.series()).toMatchObject({
        everyMs: MINUTE_MS,
        total: { completed: 0, failureShare: null },
      });
      await host.close();
      await dataSource.query(`update job_stats set starts_at = starts_at - interval '5 minutes'`);

      const later = await start();
      const { points, total } = await later.get(JobStatistics).series({ type: 'work', queue: 'default' });
      const { types, capped } = await later.get(JobStatistics).byType();
      await later.close();
      expect(points).toHaveLength(60);
      expect(points.some(({ partial }) => partial)).toBe(false);
      expect(total).toMatchObject({ completed: 1, failed: 1, failureShare: 0.5, perMinute: 2 / 60 });
      expect(total.waitMs.p50).not.toBeNull();
      expect(types).toEqual([{ type: 'work', ...total }]);
      expect(capped).toBe(false);
    });
  });

  describe('adding', () => {
    it('adds counts and buckets, whichever histogram is longer', async () => {
      await store.add([counts({ waits: times(5, 2), runs: times(100) })], 0);
      await store.add([counts({ completed: 2, failed: 1, waits: times(500), runs: times(1) })], 0);
      await store.add([counts({ completed: 0, cancelled: 1 })], 0);

      const found = await rows();
      const total = (name: string) => found.reduce((sum, row) => sum + (row[name] as number), 0);
      expect([total('completed'), total('failed'), total('cancelled')]).toEqual([3, 1, 1]);
      expect(await sums()).toMatchObject({ waits: 3, runs: 2 });
    });

    it('takes the minute by the server’s clock', async () => {
      const nowMs = await store.add([counts()], 10 * MINUTE_MS);
      const [row] = await dataSource.query<[{ ms: number }]>(
        'select (extract(epoch from starts_at) * 1000)::float8 as ms from job_stats',
      );
      expect(row.ms).toBe(Math.floor((nowMs - 10 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS);
    });

    it('goes on where a bucket has no room for more', async () => {
      await store.add([counts({ waits: [2_147_483_000] })], 0);
      await store.add([counts({ waits: [1_000, 1] })], 0);
      const most = await dataSource.query<[{ most: number }]>('select max(waits[1]) as most from job_stats');
      expect(most[0].most).toBeGreaterThanOrEqual(2_147_483_000);
    });

    it('by many workers at once neither loses a count nor deadlocks', async () => {
      const types = Array.from({ length: 40 }, (_, i) => `type_${i}`);
      const shuffled = (by: number) => types.map((_, i) => types[(i * 7 + by) % types.length]!);
      await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          store.add(
            shuffled(i).map((type) => counts({ type, waits: times(i) })),
            0,
          ),
        ),
      );
      expect(await sums()).toMatchObject({ completed: 1_200, waits: 1_200 });
    });
  });

  describe('keeping', () => {
    const keep = (retentionMs = 30 * DAY_MS) =>
      new History({ store, bus: { subscribe: () => {} }, retentionMs, onError: () => {} }).keep();

    /** A row for every `everyMs` of the last `forMs`. */
    async function fill(types: number, everyMs: number, forMs: number): Promise<number> {
      await dataSource.query(
        `insert into job_stats
           (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
         select 'type_' || t, 'default', 60,
           date_bin(interval '1 minute', now() - m * $2::float8 * interval '1 millisecond', timestamptz 'epoch'),
           2, 0, 1, 0, 10, 20, '{0,0,0,0,3}', '{1,0,2}'
         from generate_series(1, $1::int) as t, generate_series(0, $3::int - 1) as m`,
        [types, everyMs, Math.floor(forMs / everyMs)],
      );
      return types * Math.floor(forMs / everyMs);
    }

    it('sums up what is old over longer and longer spans, and loses nothing', async () => {
      const filled = await fill(3, 7 * MINUTE_MS, 20 * DAY_MS);
      await keep();

      expect(await sums()).toMatchObject({
        completed: 2 * filled,
        failed: filled,
        waited: 10 * filled,
        waits: 3 * filled,
      });
      const kept = await dataSource.query<{ span_s: number; oldest_ms: number; rows: number }[]>(
        `select span_s, (extract(epoch from now() - min(starts_at)) * 1000)::float8 as oldest_ms, count(*)::int as rows
         from job_stats group by 1 order by 1`,
      );
      expect(kept.map(({ span_s }) => span_s)).toEqual([60, 600, 3_600, 86_400]);
      for (const [i, { oldest_ms }] of kept.slice(0, -1).entries()) {
        const { keptMs, askedMs } = LADDER[i]!;
        const nextMs = LADDER[i + 1]!.seconds * 1_000;
        expect(oldest_ms).toBeLessThanOrEqual(keptMs + nextMs);
        expect(oldest_ms).toBeGreaterThan(askedMs);
      }
      expect(await rows(`span_s = 86400 and type = 'type_1' and starts_at < now() - interval '12 days'`)).toEqual(
        expect.arrayContaining([expect.objectContaining({ waits: expect.arrayContaining([0]), queue: 'default' })]),
      );
    });

    it('by several workers at once loses nothing', async () => {
      const filled = await fill(20, 3 * MINUTE_MS, 5 * DAY_MS);
      await Promise.all([keep(), keep(), keep()]);
      expect(await sums()).toMatchObject({ completed: 2 * filled, waits: 3 * filled, runs: 3 * filled });
      expect(await rows(`span_s = 60 and starts_at < now() - interval '5 hours'`)).toEqual([]);
    });

    it('adds what is written late to the sums that are there', async () => {
      await fill(1, 10 * MINUTE_MS, DAY_MS);
      await keep();
      const before = await sums();
      await store.add([counts({ type: 'type_1', completed: 5, waits: times(1) })], 12 * HOUR_MS);
      await keep();
      expect(await sums()).toMatchObject({
        ...before,
        completed: before!['completed']! + 5,
        waits: before!['waits']! + 1,
      });
      expect(await rows(`span_s = 60 and starts_at < now() - interval '5 hours'`)).toEqual([]);
    });

    it('deletes what is older than the retention', async () => {
      await fill(2, DAY_MS / 2, 40 * DAY_MS);
      const deleted = await keep(10 * DAY_MS);
      expect(deleted).toBeGreaterThan(0);
      const [{ oldest }] = await dataSource.query<[{ oldest: number }]>(
        `select extract(epoch from now() - min(starts_at))::float8 / 86400 as oldest from job_stats`,
      );
      expect(oldest).toBeLessThanOrEqual(11);
      expect(oldest).toBeGreaterThan(9);
    });
  });

  describe('reading', () => {
    const range = () => ({ queue: null, from: new Date(Date.now() - HOUR_MS), to: new Date(Date.now() + MINUTE_MS) });

    it('tells types, queues and everything apart', async () => {
      await store.add(
        [
          counts({ completed: 1, waits: times(10) }),
          counts({ queue: 'bulk', completed: 2 }),
          counts({ type: 'report', completed: 4 }),
          counts({ type: '', queue: 'default', completed: 5 }),
          counts({ type: '', queue: 'bulk', completed: 2 }),
          counts({ type: '', queue: '', completed: 7 }),
        ],
        5 * MINUTE_MS,
      );
      const completed = async (type: string | null, queue: string | null = null) =>
        (await store.series(type, { ...range(), queue }, 60)).map((row) => row.completed);
      expect(await completed(null)).toEqual([7]);
      expect(await completed(null, 'default')).toEqual([5]);
      expect(await completed('mail')).toEqual([3]);
      expect(await completed('mail', 'bulk')).toEqual([2]);
      expect(await completed('nothing')).toEqual([]);
      const byType = async (queue: string | null) =>
        (await store.types({ ...range(), queue }, 'runs', 10)).map((row) => [row.type, row.completed]);
      expect(await byType(null)).toEqual([
        ['report', 4],
        ['mail', 3],
      ]);
      expect(await byType('bulk')).toEqual([['mail', 2]]);
    });

    it('orders types, and says how many there are', async () => {
      await store.add(
        [
          counts({ type: 'many', completed: 100 }),
          counts({ type: 'bad', completed: 1, failed: 9 }),
          counts({ type: 'slow', completed: 2, run_ms: 1e9, runs: times(1e8, 2) }),
        ],
        0,
      );
      const order = async (by: string, limit = 10) =>
        (await store.types(range(), by, limit)).map(({ type, types }) => `${type} of ${types}`);
      expect(await order('runs')).toEqual(['many of 3', 'bad of 3', 'slow of 3']);
      expect(await order('failures')).toEqual(['bad of 3', 'many of 3', 'slow of 3']);
      expect(await order('time', 1)).toEqual(['slow of 3']);
    });

    it('sums up the steps of a series with their histograms', async () => {
      for (const ageMs of [0, 1, 2, 11].map((minutes) => minutes * MINUTE_MS))
        await store.add(
          [counts({ waits: times(startOfBucket(BUCKETS - 1)) }), counts({ type: 'x', runs: times(5) })],
          ageMs,
        );
      const all = await store.series('mail', range(), 600);
      expect(all.reduce((sum, { completed }) => sum + completed, 0)).toBe(4);
      expect(all.reduce((sum, { waits }) => sum + waits!.at(-1)!, 0)).toBe(4);
      for (const { step_ms } of all) expect(step_ms % 600_000).toBe(0);
    });
  });
});
