import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { ManagerExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { PruneStore } from '../../libs/jobs/src/store/stages/prune.store.js';
import { RescueBatches } from '../../libs/jobs/src/lease/rescue-batches.js';
import { RescueStore } from '../../libs/jobs/src/store/stages/rescue.store.js';
import { WorkerStore } from '../../libs/jobs/src/store/worker.store.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { useDatabase } from '../support/use-database.js';

/** Who asks, and runs nothing. */
const RESCUER = randomUUID();

describe('a rescue', () => {
  const database = useDatabase();
  let dataSource: DataSource;
  let rescues: RescueStore;
  let workers: WorkerStore;
  let prunes: PruneStore;

  beforeAll(async () => {
    dataSource = await database.openDataSource({ asApplication: true });
    const executor = inTestSchema(new ManagerExecutor(dataSource));
    rescues = new RescueStore(executor);
    workers = new WorkerStore(executor);
    prunes = new PruneStore(executor);
  });

  beforeEach(() => dataSource.query('truncate jobs, job_failures, job_workers'));

  async function worker(): Promise<string> {
    const id = randomUUID();
    await workers.register(
      { id, host: 'node-7', pid: 42, version: '1', queues: ['default'], maxSlots: null },
      { slots: 1, isDrained: false },
    );
    return id;
  }

  const running = (workerId: string, type = 'it') =>
    dataSource.query(
      `insert into jobs (type, status, worker_id, started_at, attempts, run) values ($2, 'processing', $1, now(), 1, 1)`,
      [workerId, type],
    );

  const rescueAll = async (shard: number, limit: number) =>
    rescues.rescue({ shard, limit, ownId: RESCUER, workerIds: await rescues.lostWorkers(shard, RESCUER), ids: null });

  const statuses = async () =>
    (await dataSource.query<object[]>('select type, status, error from jobs order by type')).map((row) => ({ ...row }));

  it('takes the jobs of the dead and leaves those of the living', async () => {
    const [dead, living] = [await worker(), await worker()];
    await running(dead, 'a');
    await running(living, 'b');
    await workers.retire(dead);
    expect((await rescueAll(0, 10)).map(({ type }) => type)).toEqual(['a']);
    expect(await statuses()).toEqual([
      { type: 'a', status: 'pending', error: 'Worker node-7 (pid 42) died while running this job' },
      { type: 'b', status: 'processing', error: null },
    ]);
  });

  it('takes the jobs of a worker whose row has been pruned: it slept for a day, and claimed before it knew', async () => {
    const sleeper = await worker();
    await workers.retire(sleeper);
    expect(await prunes.pruneWorkers({ shards: 1, olderThanMs: 0, keep: 10 })).toBe(1);
    await running(sleeper);
    expect(await rescueAll(0, 10)).toHaveLength(1);
    expect(await statuses()).toEqual([
      { type: 'it', status: 'pending', error: 'A worker that is no longer known died while running this job' },
    ]);
  });

  it('reads of the dead only those of the last minutes, and whoever asks', async () => {
    const [living, dead, own] = [await worker(), await worker(), await worker()];
    await dataSource.query(
      `insert into job_workers (id, host, pid, version, queues, slots, dead_at)
       select gen_random_uuid(), 'crash loop', 1, '1', '{}', 1, now() - n * interval '10 minutes'
       from generate_series(1, 2000) as n`,
    );
    await workers.retire(dead);
    await dataSource.query(`update job_workers set dead_at = now() - interval '1 hour' where id = $1`, [own]);
    const seen = await workers.renew(own, 1);
    expect(seen.workers.map(({ id, dead: isDead }) => `${id} ${isDead}`).sort()).toEqual(
      [`${living} false`, `${dead} true`, `${own} true`].sort(),
    );
  });

  it('keeps to its limit, and to its shard', async () => {
    const dead = await worker();
    for (let i = 0; i < 5; i++) await running(dead);
    await dataSource.query('update jobs set shard = 1 where id in (select id from jobs limit 2)');
    await workers.retire(dead);
    expect(await rescueAll(0, 2)).toHaveLength(2);
    expect(await rescueAll(0, 2)).toHaveLength(1);
    expect(await rescueAll(1, 10)).toHaveLength(2);
  });

  describe('of jobs whose rows cannot all be changed', () => {
    const refuse = (type: string, rule: string) =>
      dataSource.query(
        `create function refuse() returns trigger language plpgsql as $$ begin ${rule}; return new; end $$;
         create trigger refuse before update on jobs for each row when (old.type = '${type}') execute function refuse()`,
      );
    const rescued: string[] = [];
    const refused: (readonly string[])[] = [];
    const batches = () =>
      new RescueBatches({
        rescues,
        ownId: () => RESCUER,
        onRescued: (rows) => rescued.push(...rows.map(({ type }) => type)),
        onRefused: (ids) => refused.push(ids),
      });

    beforeEach(() => {
      rescued.length = refused.length = 0;
    });

    afterEach(() => dataSource.query('drop function refuse cascade'));

    it('takes the others, and the rest once that is possible', async () => {
      const [dead, deadToo] = [await worker(), await worker()];
      for (const type of ['a', 'bad', 'b', 'c']) await running(dead, type);
      await running(deadToo, 'd');
      await Promise.all([workers.retire(dead), workers.retire(deadToo)]);
      await refuse('bad', `raise exception 'not this one'`);
      expect(await batches().rescueFrom(0, [dead, deadToo])).toBe(4);
      expect(rescued.sort()).toEqual(['a', 'b', 'c', 'd']);
      expect(refused).toEqual([[expect.any(String)]]);
      await dataSource.query('alter table jobs disable trigger refuse');
      expect(await batches().rescueFrom(0, await rescues.lostWorkers(0, RESCUER))).toBe(1);
      expect(rescued).toContain('bad');
    });

    it('leaves out no job that stands among many refused ones', async () => {
      const dead = await worker();
      for (let i = 0; i < 24; i++) await running(dead, i % 2 === 0 ? 'bad' : 'good');
      await workers.retire(dead);
      await refuse('bad', `raise exception 'not this one'`);
      expect(await batches().rescueFrom(0, [dead])).toBe(12);
      expect(rescued).toEqual(Array(12).fill('good'));
      expect(refused.map((ids) => ids.length)).toEqual([12]);
    });

    it('comes to the jobs behind many refused ones in its next sweep', async () => {
      const dead = await worker();
      for (let i = 0; i < 64; i++) await running(dead, 'bad');
      for (let i = 0; i < 3; i++) await running(dead, 'good');
      await workers.retire(dead);
      await refuse('bad', `raise exception 'not this one'`);
      const sweeps = batches();
      await sweeps.rescueFrom(0, [dead]).catch(() => 0);
      await sweeps.rescueFrom(0, [dead]);
      expect(rescued).toEqual(['good', 'good', 'good']);
    });

    it('fails if none can be changed, after a few attempts', async () => {
      const dead = await worker();
      for (let i = 0; i < 100; i++) await running(dead, 'bad');
      await workers.retire(dead);
      await refuse('bad', `raise exception 'none of them'`);
      await expect(batches().rescueFrom(0, [dead])).rejects.toThrow('none of them');
      expect(await statuses()).toHaveLength(100);
    });
  });
});
