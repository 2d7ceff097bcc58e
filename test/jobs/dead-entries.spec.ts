import { randomUUID } from 'node:crypto';
import type { DataSource, QueryRunner } from 'typeorm';
import { ManagerExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { RescueStore } from '../../libs/jobs/src/store/stages/rescue.store.js';
import { StatsStore } from '../../libs/jobs/src/store/control/stats.store.js';
import { WorkerStore } from '../../libs/jobs/src/store/worker.store.js';
import { JobRepository } from '../../libs/jobs/src/observe/stats/job.repository.js';
import { ClaimStore } from '../../libs/jobs/src/store/stages/claim.store.js';
import { LaneHeads } from '../../libs/jobs/src/observe/stats/lane-heads.js';
import { areManyDead } from '../../libs/jobs/src/store/worker-connections/patient-executor.js';
import { lostWorkers } from '../../libs/jobs/src/store/sql/lease/lost-workers.sql.js';
import { rescueJobs } from '../../libs/jobs/src/store/sql/lease/rescue-jobs.sql.js';
import { newQueues } from '../../libs/jobs/src/store/sql/stats/stats-new-queues.sql.js';
import { countPending } from '../../libs/jobs/src/store/sql/stats/stats-pending.sql.js';
import { laneStartParams, readHeads } from '../../libs/jobs/src/store/sql/stats/stats-heads.sql.js';
import { surveyHeads } from '../../libs/jobs/src/store/sql/stats/stats-survey.sql.js';
import { StatsReader } from '../../libs/jobs/src/observe/stats/stats-reader.js';
import { WorkerDatabase } from '../../libs/jobs/src/store/worker-connections/worker-database.js';
import { eventually } from '../support/index.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';
import { useDatabase } from '../support/use-database.js';

const TAKEN = 260_000;
const FEW_BLOCKS = 500;
const [LIVING, OTHER, DEAD, RESCUER] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];

interface Plan {
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
}

/** Half of them were due at one instant, as after a bulk insert. */
const SCHEDULED_AT = `now() - interval '1 hour' + greatest(n - ${TAKEN / 2}, 0) * interval '10 milliseconds'`;

/** Each of the jobs has left a dead entry in jobs_due and one in jobs_running, and a snapshot keeps them. */
describe(`while a snapshot keeps the index entries of ${TAKEN} jobs`, () => {
  const database = useDatabase();
  let dataSource: DataSource;
  let holder: QueryRunner;

  beforeAll(async () => {
    database.closeFirst(async () => {
      await holder.rollbackTransaction();
      await holder.release();
    });
    dataSource = await database.openDataSource();
    const workers = new WorkerStore(inTestSchema(new ManagerExecutor(dataSource)));
    for (const id of [LIVING, OTHER, DEAD])
      await workers.register(
        { id, host: 'node-7', pid: 1, version: '1', queues: ['default', 'mail'], maxSlots: null },
        { slots: 1, isDrained: false },
      );
    await dataSource.query('alter table jobs set (autovacuum_enabled = false)');
    await dataSource.query(
      `insert into jobs (type, scheduled_at) select 'taken', ${SCHEDULED_AT} from generate_series(1, ${TAKEN}) as n`,
    );
    holder = dataSource.createQueryRunner();
    await holder.startTransaction('REPEATABLE READ');
    await holder.query('select from job_queues');
    await dataSource.query(
      `update jobs set status = 'processing', worker_id = $1, started_at = now(), run = 1, attempts = 1`,
      [LIVING],
    );
    await dataSource.query(`update jobs set status = 'completed', worker_id = null, completed_at = now()`);
    await workers.retire(DEAD);
    await eventually(async () => expect(await areManyDead(inTestSchema(new ManagerExecutor(dataSource)))).toBe(true), {
      timeoutMs: 30_000,
    });
  }, 180_000);

  beforeEach(() => dataSource.query(`delete from jobs where type <> 'taken'`));

  const insertPending = (queue: string, dueAgo: string, type = 'new') =>
    dataSource.query(`insert into jobs (type, queue, scheduled_at) values ($1, $2, now() - $3::interval)`, [
      type,
      queue,
      dueAgo,
    ]);

  async function blocksOf({ text }: { text: string }, params: unknown[]): Promise<number> {
    const [row] = await dataSource.query(`explain (analyze, buffers, timing off, format json) ${text}`, params);
    const plan: Plan = row['QUERY PLAN'][0].Plan;
    return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
  }

  it('only a survey of all lanes steps over them: later looks start where jobs began', async () => {
    await insertPending('default', '2 minutes');
    const lanes = new LaneHeads();
    const stats = new StatsReader(new StatsStore(inTestSchema(new ManagerExecutor(dataSource))), 1);
    expect(await blocksOf(surveyHeads, [0])).toBeGreaterThan(2_000);
    await stats.survey([lanes]);
    await insertPending('mail', '1 second');
    for (const queue of ['a new one', 'new', 'zzz', 'zzzz']) await insertPending(queue, '2 days');
    const starts = laneStartParams(lanes.starts(['default', 'mail']));

    expect(await blocksOf(readHeads, [0, ...starts])).toBeLessThan(FEW_BLOCKS);
    expect(await blocksOf(countPending, [0, ...starts, 1_000])).toBeLessThan(FEW_BLOCKS);
    expect(await blocksOf(newQueues, [0, ['default', 'mail']])).toBeLessThan(FEW_BLOCKS);
    const heads = await stats.heads([lanes]);
    expect(heads[0]!.map(({ queue }) => queue).sort()).toEqual(['a new one', 'default', 'mail', 'new', 'zzz', 'zzzz']);
  });

  it('statistics find what comes, in a queue that was empty too, and what was committed late', async () => {
    const repository = new JobRepository(dataSource, { shards: 1 });
    expect((await eventually(() => knownSample(repository))).pending.total).toBe(0);
    await insertPending('default', '1 second');
    await insertPending('mail', '2 seconds');
    await eventually(async () => {
      const { pending, oldestDue } = await repository.sample();
      expect(pending).toEqual({ counts: [{ type: 'new', count: 2 }], total: 2, capped: false });
      expect(oldestDue.get('mail')).toBeGreaterThanOrEqual(2);
    });
    await insertPending('mail', '10 minutes', 'late');
    await eventually(
      async () => expect((await repository.sample()).oldestDue.get('mail')).toBeGreaterThanOrEqual(600),
      { timeoutMs: 30_000 },
    );
    await repository.onModuleDestroy();
  });

  it('statistics never say 0 before they have looked', async () => {
    const repository = new JobRepository(dataSource, { shards: 1 });
    await insertPending('default', '1 second');
    const { pending } = await repository.sample();
    expect(pending.total === 1 || pending.capped).toBe(true);
    await repository.onModuleDestroy();
  });

  it('a rescuer finds jobs of dead and unknown workers without stepping over those of the living', async () => {
    const workers = [DEAD, randomUUID(), LIVING, OTHER];
    for (const worker of workers)
      await dataSource.query(
        `insert into jobs (type, status, worker_id, started_at) values ('running', 'processing', $1, now())`,
        [worker],
      );
    const store = new RescueStore(inTestSchema(new ManagerExecutor(dataSource)));
    const lost = await store.lostWorkers(0, RESCUER);
    expect(lost.sort()).toEqual(workers.slice(0, 2).sort());
    expect(await blocksOf(lostWorkers, [0, RESCUER])).toBeLessThan(FEW_BLOCKS);
    expect(await store.rescue({ shard: 0, limit: 10, ownId: RESCUER, workerIds: workers, ids: null })).toHaveLength(2);
    expect(await blocksOf(rescueJobs, [0, 10, RESCUER, [DEAD], null])).toBeLessThan(FEW_BLOCKS);
  });

  it('a worker searches on a connection of its own, which gives it time and goes when the worker does', async () => {
    const worker = new WorkerDatabase(dataSource, { pooled: false }, systemClock);
    const executor = worker.newPatientExecutor();
    expect(await new ClaimStore(executor).readLostClaims(0, LIVING)).toEqual([]);
    expect(await new RescueStore(executor).lostWorkers(0, RESCUER)).toEqual([]);
    expect(await upkeepConnections()).toBe(1);
    await worker.end();
    await eventually(async () => expect(await upkeepConnections()).toBe(0));
  });

  async function upkeepConnections(): Promise<number> {
    const rows = await dataSource.query<object[]>(
      `select from pg_stat_activity where application_name like '% upkeep' and datname = current_database()`,
    );
    return rows.length;
  }

  async function knownSample(repository: JobRepository) {
    const sample = await repository.sample();
    return sample.pending.capped ? false : sample;
  }
});
