import type { DataSource } from 'typeorm';
import { JobRepository } from '../../libs/jobs/src/observe/stats/job.repository.js';
import { PENDING_LIMIT } from '../../libs/jobs/src/observe/stats/stats-reader.js';
import { useDatabase } from '../support/use-database.js';

const WORKER = '019a0000-0000-7000-8000-000000000001';

describe('JobRepository', () => {
  const database = useDatabase();
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await database.openDataSource();
    await dataSource.query(
      `insert into job_workers (id, host, pid, version, queues, slots) values ($1, 'worker-7', 1, '1.0', '{default}', 5)`,
      [WORKER],
    );
  });

  afterEach(() => dataSource.query('truncate jobs, job_types'));

  const repository = (shards = 1) => new JobRepository(dataSource, { shards });

  async function insertPending(type: string, count: number, { queue = 'default', shard = 0, dueAgo = '0' } = {}) {
    await dataSource.query(
      `insert into jobs (type, queue, shard, scheduled_at)
       select $1, $2, $3, now() - $4::interval from generate_series(1, $5)`,
      [type, queue, shard, dueAgo, count],
    );
  }

  async function insertFinished(type: string, status: string, ago: string, count = 1) {
    await dataSource.query(
      `insert into jobs (type, status, completed_at) select $1, $2, now() - $3::interval from generate_series(1, $4)`,
      [type, status, ago, count],
    );
  }

  async function insertRunning(type: string, since: string, { shard = 0, workerId = WORKER } = {}): Promise<string> {
    const rows: { id: string }[] = await dataSource.query(
      `insert into jobs (type, status, worker_id, shard, started_at)
       values ($1, 'processing', $2, $3, now() - $4::interval) returning id`,
      [type, workerId, shard, since],
    );
    return rows[0]!.id;
  }

  describe('countFailedByType', () => {
    it('counts what has failed for good in the last 24 hours, and nothing else', async () => {
      await insertFinished('report', 'failed', '23 hours', 2);
      await insertFinished('mail', 'failed', '1 minute', 3);
      await insertFinished('mail', 'failed', '25 hours');
      await insertFinished('mail', 'cancelled', '1 minute');
      await insertFinished('mail', 'completed', '1 minute');

      expect(await repository().countFailedByType()).toEqual({
        counts: [
          { type: 'mail', count: 3 },
          { type: 'report', count: 2 },
        ],
        total: 5,
        capped: false,
      });
      expect((await repository().countFailedByType(0.5)).counts).toEqual([{ type: 'mail', count: 3 }]);
    });

    it('looks at the 10,000 latest and says so when there were more', async () => {
      await insertFinished('mail', 'failed', '2 hours', 500);
      await insertFinished('report', 'failed', '1 hour', 10_000);

      expect(await repository().countFailedByType()).toEqual({
        counts: [{ type: 'report', count: 10_000 }],
        total: 10_000,
        capped: true,
      });
    });

    it.each([0, -1, Number.NaN, 9_000])('refuses a period of %s hours', async (hours) => {
      await expect(repository().countFailedByType(hours)).rejects.toMatchObject({
        code: 'JOBS_INVALID_OPTION',
        issues: [{ path: 'hours', message: expect.stringContaining(String(hours)) }],
      });
    });
  });

  describe('countPendingByType', () => {
    it('adds up queues and shards, due or not', async () => {
      await insertPending('mail', 2);
      await insertPending('mail', 1, { queue: 'urgent', dueAgo: '-1 hour' });
      await insertPending('report', 4, { shard: 1 });
      await insertRunning('mail', '1 minute');

      expect(await repository(2).countPendingByType()).toEqual({
        counts: [
          { type: 'report', count: 4 },
          { type: 'mail', count: 3 },
        ],
        total: 7,
        capped: false,
      });
    });

    it('caps each queue on its own and says which, so that a flood hides no other queue', async () => {
      await insertPending('flood', PENDING_LIMIT + 500, { queue: 'a' });
      await insertPending('mail', 3, { queue: 'b' });

      expect(await repository().countPendingByType()).toEqual({
        counts: [
          { type: 'flood', count: PENDING_LIMIT - 3 },
          { type: 'mail', count: 3 },
        ],
        total: PENDING_LIMIT,
        capped: true,
        cappedQueues: ['a'],
      });
    });

    it('counts what is due first: no number of later jobs hides it', async () => {
      await insertPending('due', 50_000, { dueAgo: '1 hour' });
      await dataSource.query(`update jobs set priority = 0`);
      await insertPending('later', PENDING_LIMIT, { dueAgo: '-1 day' });
      await insertPending('nightly', 70, { queue: 'nightly', dueAgo: '-1 hour' });

      const { counts, cappedQueues } = await repository().countPendingByType();

      expect(counts).toEqual([
        { type: 'due', count: 50_000 },
        { type: 'later', count: PENDING_LIMIT - 50_000 - 70 },
        { type: 'nightly', count: 70 },
      ]);
      expect(cappedQueues).toEqual(['default']);
    });

    it('counts due jobs before later ones of the same queue and priority', async () => {
      await insertPending('later', PENDING_LIMIT, { dueAgo: '-1 hour' });
      await insertPending('due', 1_000, { dueAgo: '1 second' });

      expect((await repository().countPendingByType()).counts).toContainEqual({ type: 'due', count: 1_000 });
    });

    it('covers each of 2,000 queues', async () => {
      await dataSource.query(
        `insert into jobs (type, queue, priority, scheduled_at)
         select 'mail', 'tenant-' || n % 2000, n / 10000, now() - n % 2000 * interval '1 second'
         from generate_series(0, 19999) as n`,
      );
      const { pending, oldestDue } = await repository().sample();

      expect(pending).toEqual({ counts: [{ type: 'mail', count: 20_000 }], total: 20_000, capped: false });
      expect(oldestDue.size).toBe(2_000);
      expect(oldestDue.get('tenant-1999')).toBeGreaterThanOrEqual(1_999);
      expect(oldestDue.get('tenant-500')).toBeLessThan(560);
    });

    it('is empty for an empty table', async () => {
      expect(await repository().countPendingByType()).toEqual({ counts: [], total: 0, capped: false });
    });
  });

  it('leaves paused types out of the ages, and says at least the age where too many come first', async () => {
    await dataSource.query(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry, paused_at)
       values ('paused', 'default', 5, 5, 1000, '{}', now())`,
    );
    await insertPending('paused', 10, { dueAgo: '1 hour' });
    await insertPending('paused', 10, { queue: 'only' });
    await insertPending('mail', 1, { dueAgo: '5 minutes', shard: 1 });
    await insertPending('mail', 1, { dueAgo: '1 minute' });
    await insertPending('paused', 10_000, { queue: 'many', dueAgo: '2 hours' });
    await insertPending('mail', 1, { queue: 'many', dueAgo: '1 minute' });
    const { oldestDue, pending } = await repository(2).sample();
    expect(pending.total).toBe(10_023);
    expect(oldestDue.get('only')).toBe(0);
    expect(oldestDue.get('default')).toBeGreaterThanOrEqual(300);
    expect(oldestDue.get('default')).toBeLessThan(400);
    expect(oldestDue.get('many')).toBeGreaterThanOrEqual(7_200);
    await dataSource.query('update job_types set paused_at = null');
    expect((await repository(2).sample()).oldestDue.get('default')).toBeGreaterThanOrEqual(3_600);
  });

  it('samples everything that the gauges show', async () => {
    await insertPending('mail', 1, { dueAgo: '5 minutes' });
    await insertPending('mail', 1, { dueAgo: '1 minute' });
    await insertPending('report', 1, { queue: 'later', dueAgo: '-1 day' });
    await insertPending('report', 1, { shard: 1, dueAgo: '10 minutes' });
    await insertRunning('cleanup', '15 minutes');
    await insertRunning('cleanup', '5 minutes');
    await insertFinished('mail', 'failed', '1 hour');

    const sample = await repository(2).sample();

    expect(sample.pending.counts).toEqual([
      { type: 'mail', count: 2 },
      { type: 'report', count: 2 },
    ]);
    expect(sample.running.counts).toEqual([{ type: 'cleanup', count: 2 }]);
    expect(sample.runningTooLong).toBe(1);
    expect(sample.failed.counts).toEqual([{ type: 'mail', count: 1 }]);
    expect(sample.oldestDue.get('later')).toBe(0);
    expect(sample.oldestDue.get('default')).toBeGreaterThanOrEqual(600);
    expect(sample.oldestDue.get('default')).toBeLessThan(660);
  });
});
