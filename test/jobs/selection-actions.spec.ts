import type { EntityManager } from 'typeorm';
import { eventually } from '../support/index.js';
import { letter, SelectionLab, UNCHANGED } from './selection-lab.js';
import { useStarted } from '../support/use-started.js';

describe.each([1, 2])('an action on selected jobs, with %i shards', (shards) => {
  const lab = useStarted((url) => SelectionLab.open(url, shards));

  beforeEach(() => lab.reset());

  describe('retry', () => {
    it('makes failed and cancelled jobs due with all their attempts, and no others', async () => {
      const ids = await lab.addEach();
      await lab.sql(`insert into job_signals (shard, job_id, kind) select shard, id, 'cancel' from jobs`);
      await lab.sql(`update jobs set scheduled_at = '2020-01-01', crashes = 2`);
      expect(await lab.host.jobs.where({ type: letter }).retry()).toEqual({
        changed: 2,
        skipped: 0,
        refused: 0,
        more: false,
      });
      expect(await lab.statusesOf(ids)).toEqual({ ...UNCHANGED, failed: 'pending', cancelled: 'pending' });
      const job = (await lab.host.jobs.get(ids.failed))!;
      expect(job).toMatchObject({ attempts: 0, progress: null, result: null, completedAt: null });
      expect(Date.now() - job.scheduledAt.getTime()).toBeLessThan(60_000);
      const kept = [ids.pending, ids.processing, ids.completed].sort();
      expect((await lab.signals()).map(({ job_id }) => job_id).sort()).toEqual(kept);
    });

    it('takes those that finished last, and says that there are more', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 5; n++) ids.push(await lab.add('failed'));
      const selection = lab.host.jobs.where({ status: 'failed' });
      expect(await selection.retry({ atMost: 2 })).toEqual({ changed: 2, skipped: 0, refused: 0, more: true });
      expect(await Promise.all(ids.map((id) => lab.statusOf(id)))).toEqual([
        'failed',
        'failed',
        'failed',
        'pending',
        'pending',
      ]);
      expect(await selection.retry({ atMost: 3 })).toEqual({ changed: 3, skipped: 0, refused: 0, more: false });
    });

    it('skips jobs whose key is taken, and of several with one key all but the newest', async () => {
      const held = await lab.add('failed', { uniqueKey: 'held' });
      await lab.add('pending', { uniqueKey: 'held' });
      const older = await lab.add('failed', { uniqueKey: 'twice' });
      const newer = await lab.add('failed', { uniqueKey: 'twice' });
      const free = await lab.add('failed', { uniqueKey: 'free' });
      expect(await lab.host.jobs.where({ status: 'failed' }).retry()).toEqual({
        changed: 2,
        skipped: 2,
        refused: 0,
        more: false,
      });
      expect(await Promise.all([held, older, newer, free].map((id) => lab.statusOf(id)))).toEqual([
        'failed',
        'failed',
        'pending',
        'pending',
      ]);
    });

    it.each(['its own transaction', "the caller's"])(
      'in %s skips a job whose key another transaction takes at the same moment',
      async (where) => {
        const keyed = await lab.add('failed', { uniqueKey: 'k' });
        const free = await lab.add('failed');
        const retry = (manager?: EntityManager) => lab.host.jobs.where({ status: 'failed' }).retry({ manager });
        const [row] = await lab.sql<{ shard: number }>('select shard from jobs where id = $1', [keyed]);
        const result = await lab.beside(
          `insert into jobs (shard, type, queue, unique_key) values ($1, 'letter', 'mail', 'k')`,
          [row!.shard],
          async (end) => {
            const retrying = where === 'its own transaction' ? retry() : lab.host.dataSource.transaction(retry);
            await eventually(async () => {
              const [waiting] = await lab.sql<{ n: number }>(
                `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
              );
              expect(waiting!.n).toBe(1);
            });
            await end();
            return retrying;
          },
        );
        expect(result).toEqual({ changed: 1, skipped: 1, refused: 0, more: false });
        expect([await lab.statusOf(keyed), await lab.statusOf(free)]).toEqual(['failed', 'pending']);
      },
    );

    it('skips what another transaction holds', async () => {
      const [locked, free] = [await lab.add('failed'), await lab.add('failed')];
      const result = await lab.beside('select 1 from jobs where id = $1 for update', [locked], () =>
        lab.host.jobs.where({ status: 'failed' }).retry(),
      );
      expect(result).toEqual({ changed: 1, skipped: 1, refused: 0, more: false });
      expect([await lab.statusOf(locked), await lab.statusOf(free)]).toEqual(['failed', 'pending']);
    });
  });

  describe('cancel', () => {
    it('ends waiting jobs and asks the workers of running ones', async () => {
      const ids = await lab.addEach();
      expect(await lab.host.jobs.where({ queue: 'mail' }).cancel()).toEqual({
        changed: 2,
        skipped: 0,
        refused: 0,
        more: false,
      });
      expect(await lab.statusesOf(ids)).toEqual({ ...UNCHANGED, pending: 'cancelled' });
      expect(await lab.signals()).toEqual([{ job_id: ids.processing }]);
    });

    it('leaves a request for a waiting job that another transaction holds', async () => {
      const id = await lab.add('pending');
      const result = await lab.beside('select 1 from jobs where id = $1 for update', [id], () =>
        lab.host.jobs.where({ ids: [id] }).cancel(),
      );
      expect(result).toEqual({ changed: 1, skipped: 0, refused: 0, more: false });
      expect(await lab.signals()).toEqual([{ job_id: id }]);
    });
  });

  describe('delete', () => {
    it('removes finished jobs with their failed attempts and requests, and no others', async () => {
      const ids = await lab.addEach();
      await lab.sql(
        `insert into job_failures (shard, job_id, run, attempt, error) select shard, id, 1, 1, 'Error: x' from jobs`,
      );
      await lab.sql(`insert into job_signals (shard, job_id, kind) select shard, id, 'cancel' from jobs`);
      expect(await lab.host.jobs.where({}).delete()).toEqual({ changed: 3, skipped: 0, refused: 0, more: false });
      expect(await lab.statusesOf(ids)).toEqual({ ...UNCHANGED, completed: null, failed: null, cancelled: null });
      const kept = await lab.sql<{ job_id: string }>('select job_id from job_failures');
      expect(kept.map(({ job_id }) => job_id).sort()).toEqual([ids.pending, ids.processing].sort());
      expect(await lab.signals()).toHaveLength(2);
    });
  });

  describe('runNow', () => {
    it('makes pending jobs due that wait for later, and finds them behind those that are due', async () => {
      const later = [
        await lab.add('pending', { delayMs: 86_400_000 }),
        await lab.add('pending', { delayMs: 86_400_000 }),
      ];
      await lab.add('pending');
      await lab.add('failed');
      expect(await lab.host.jobs.where({}).runNow({ atMost: 2 })).toEqual({
        changed: 2,
        skipped: 0,
        refused: 0,
        more: false,
      });
      for (const id of later)
        expect((await lab.host.jobs.get(id))!.scheduledAt.getTime()).toBeLessThanOrEqual(Date.now() + 5_000);
      expect(await lab.host.jobs.where({}).runNow()).toEqual({ changed: 0, skipped: 0, refused: 0, more: false });
    });
  });

  describe('replay', () => {
    it('adds a copy of each finished job without its key, and leaves the old one', async () => {
      const retry = { type: 'fixed', initialDelayMs: 7 } as const;
      const options = { priority: 1, maxAttempts: 2, timeoutMs: 500, retry, tags: ['a', 'b'], queue: 'urgent' };
      const old = await lab.add('completed', { ...options, uniqueKey: 'once' });
      await lab.add('pending', { uniqueKey: 'once', queue: 'urgent' });
      expect(await lab.host.jobs.where({ queue: 'urgent' }).replay()).toEqual({
        changed: 1,
        skipped: 0,
        refused: 0,
        more: false,
      });
      const { jobs } = await lab.host.jobs.where({ tags: ['a'] }).list();
      const added = jobs.find(({ id }) => id !== old)!;
      expect(jobs).toHaveLength(2);
      expect(await lab.host.jobs.get(added.id)).toMatchObject({
        type: 'letter',
        payload: { to: 'Ada' },
        queue: 'urgent',
        priority: 1,
        maxAttempts: 2,
        timeoutMs: 500,
        tags: ['a', 'b'],
        status: 'pending',
        uniqueKey: null,
        attempts: 0,
        error: null,
        progress: null,
      });
      const rows = await lab.sql<{ shard: number; retry: object }>(
        'select shard, retry from jobs where id = any ($1) order by id',
        [[old, added.id]],
      );
      expect(rows[1]).toEqual(rows[0]);
      expect(await lab.statusOf(old)).toBe('completed');
    });

    it('adds as many jobs as finished ones, each with an id of its own in its shard', async () => {
      for (let n = 0; n < 20; n++) await lab.add(n % 2 ? 'failed' : 'completed');
      expect(await lab.host.jobs.where({}).replay()).toEqual({ changed: 20, skipped: 0, refused: 0, more: false });
      expect(await lab.host.jobs.where({ status: 'pending' }).count()).toEqual({ count: 20, capped: false });
      const pending = (await lab.host.jobs.where({ status: 'pending' }).list()).jobs;
      for (const { id } of pending) expect(await lab.statusOf(id)).toBe('pending');
    });
  });
});
