import { Injectable } from '@nestjs/common';
import { defineJob, JobStatistics, PermanentJobError, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { BUCKETS, startOfBucket } from '../../libs/jobs/src/history/histogram.js';
import { coverOf, longestIn } from '../../libs/jobs/src/history/cover.js';
import { eventually } from '../support/index.js';
import { counts, historyLab, times } from './history-lab.js';
import { startHost, type Host } from './host.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

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

describe('the history', () => {
  const { url, store, add, query, rows, sums } = historyLab();

  describe('of a worker', () => {
    async function start(): Promise<Host> {
      return startHost({ url: url(), providers: [WorkProcessor], jobs: { pollIntervalMs: 50 } });
    }

    async function runAll(host: Host, fails: ('never' | 'once' | 'always')[]): Promise<void> {
      await host.jobs.enqueueMany(
        work,
        fails.map((each) => ({ payload: { fails: each } })),
      );
      await eventually(async () =>
        expect(await query(`select 1 from jobs where status not in ('completed', 'failed')`)).toEqual([]),
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
      const [wrong] = await query<{ late: number }>(
        `select count(*)::int as late from job_stats
         where span_s <> 0 and (span_s <> 60 or starts_at < now() - interval '2 minutes' or starts_at > now()
           or extract(second from starts_at) <> 0)`,
      );
      expect(wrong).toEqual({ late: 0 });
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
      await query(`update job_stats set starts_at = starts_at - interval '5 minutes'`);

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
      await add([counts({ waits: times(5, 2), runs: times(100) })], 0);
      await add([counts({ completed: 2, failed: 1, waits: times(500), runs: times(1) })], 0);
      await add([counts({ completed: 0, cancelled: 1 })], 0);

      const found = await rows();
      const total = (name: string) => found.reduce((sum, row) => sum + (row[name] as number), 0);
      expect([total('completed'), total('failed'), total('cancelled')]).toEqual([3, 1, 1]);
      expect(await sums()).toMatchObject({ waits: 3, runs: 2 });
    });

    it('takes the minute by the server’s clock', async () => {
      const nowMs = await add([counts()], 10 * MINUTE_MS);
      const [row] = await query<{ ms: number }>(
        'select (extract(epoch from starts_at) * 1000)::float8 as ms from job_stats where span_s > 0',
      );
      expect(row!.ms).toBe(Math.floor((nowMs - 10 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS);
    });

    it('goes on where a bucket has no room for more', async () => {
      await add([counts({ waits: [2_147_483_000] })], 0);
      await add([counts({ waits: [1_000, 1] })], 0);
      const most = await query<{ most: number }>('select max(waits[1]) as most from job_stats');
      expect(most[0]!.most).toBeGreaterThanOrEqual(2_147_483_000);
    });

    it('by many workers at once neither loses a count nor deadlocks', async () => {
      const types = Array.from({ length: 40 }, (_, i) => `type_${i}`);
      const shuffled = (by: number) => types.map((_, i) => types[(i * 7 + by) % types.length]!);
      await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          add(
            shuffled(i).map((type) => counts({ type, waits: times(i) })),
            0,
          ),
        ),
      );
      expect(await sums()).toMatchObject({ completed: 1_200, waits: 1_200 });
    });
  });

  describe('reading', () => {
    const range = (mostSeconds?: number) => {
      const toMs = Math.ceil(Date.now() / MINUTE_MS + 1) * MINUTE_MS;
      const fromMs = toMs - HOUR_MS;
      return { queue: null, from: new Date(fromMs), to: new Date(toMs), parts: coverOf(fromMs, toMs, mostSeconds) };
    };

    it('tells types, queues and everything apart', async () => {
      await add(
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
        (await store().series(type, { ...range(60), queue }, 60)).map((row) => row.completed);
      expect(await completed(null)).toEqual([7]);
      expect(await completed(null, 'default')).toEqual([5]);
      expect(await completed('mail')).toEqual([3]);
      expect(await completed('mail', 'bulk')).toEqual([2]);
      expect(await completed('nothing')).toEqual([]);
      const byType = async (queue: string | null) =>
        (await store().types({ ...range(), queue }, 'runs', 10)).map((row) => [row.type, row.completed]);
      expect(await byType(null)).toEqual([
        ['report', 4],
        ['mail', 3],
      ]);
      expect(await byType('bulk')).toEqual([['mail', 2]]);
    });

    it('orders types, and says how many there are', async () => {
      await add(
        [
          counts({ type: 'many', completed: 100 }),
          counts({ type: 'bad', completed: 1, failed: 9 }),
          counts({ type: 'slow', completed: 2, run_ms: 1e9, runs: times(1e8, 2) }),
        ],
        0,
      );
      const order = async (by: string, limit = 10) =>
        (await store().types(range(), by, limit)).map(({ type, types }) => `${type} of ${types}`);
      expect(await order('runs')).toEqual(['many of 3', 'bad of 3', 'slow of 3']);
      expect(await order('failures')).toEqual(['bad of 3', 'many of 3', 'slow of 3']);
      expect(await order('time', 1)).toEqual(['slow of 3']);
    });

    it('sums up the steps of a series with their histograms', async () => {
      for (const ageMs of [0, 1, 2, 11].map((minutes) => minutes * MINUTE_MS))
        await add([counts({ waits: times(startOfBucket(BUCKETS - 1)) }), counts({ type: 'x', runs: times(5) })], ageMs);
      const all = await store().series('mail', range(longestIn(600)), 600);
      expect(all.reduce((sum, { completed }) => sum + completed, 0)).toBe(4);
      expect(all.reduce((sum, { waits }) => sum + waits!.at(-1)!, 0)).toBe(4);
      for (const { step_ms } of all) expect(step_ms % 600_000).toBe(0);
    });
  });
});
