import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { COMPLETED, type JobOutcome, type WrittenOutcome } from '../../libs/jobs/src/job/outcome/job-outcome.js';
import { WorkerPool } from '../../libs/jobs/src/store/worker-connections/worker-pool.js';
import { SettleStore } from '../../libs/jobs/src/store/stages/settle.store.js';
import type { ClaimedRow } from '../../libs/jobs/src/store/sql/claim/claim-jobs.sql.js';
import { statement } from '../../libs/jobs/src/store/statement.js';
import { WorkerClient } from '../../libs/jobs/src/store/worker-connections/worker-client.js';
import { WorkerDatabase } from '../../libs/jobs/src/store/worker-connections/worker-database.js';
import { RunningJob } from '../../libs/jobs/src/slots/running-job.js';
import { SettleBatch } from '../../libs/jobs/src/settle/settle-batch.js';
import { createTestPool, eventually } from '../support/index.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';
import { useDatabase } from '../support/use-database.js';

const workerId = randomUUID();
const WITH_RESULT: WrittenOutcome = { kind: 'completed', resultJson: '7' };

describe.each([{ pooled: false }, { pooled: true }])('the connections of a worker (pooled: $pooled)', ({ pooled }) => {
  const database = useDatabase();
  let dataSource: DataSource;
  let admin: pg.Client;
  let connections: WorkerDatabase;
  let batch: SettleBatch;
  let errors: unknown[];

  beforeAll(async () => {
    Logger.overrideLogger(false);
    dataSource = await database.openDataSource();
    admin = await database.connect();
  });

  beforeEach(() => {
    connections = new WorkerDatabase(dataSource, { pooled }, systemClock);
    errors = [];
    batch = new SettleBatch({
      clock: systemClock,
      store: new SettleStore(connections.executor),
      workerId,
      onError: (error) => errors.push(error),
      mayWrite: () => true,
    });
  });

  afterEach(async () => {
    await admin.query('rollback');
    await connections.end();
  });

  async function processing(count: number): Promise<RunningJob[]> {
    const { rows } = await admin.query<ClaimedRow>(
      `insert into jobs (type, status, worker_id, started_at, attempts, run)
       select 'it', 'processing', $1, now(), 1, 1 from generate_series(1, $2::int) returning *`,
      [workerId, count],
    );
    return rows.map((row) => new RunningJob(0, row, systemClock));
  }

  const settle = (job: RunningJob, outcome: WrittenOutcome) =>
    new Promise<JobOutcome>((resolve) => batch.settle(job, outcome, (_, settled) => resolve(settled)));

  const statusOf = async ({ id }: RunningJob) =>
    (await dataSource.query<{ status: string }[]>('select status from jobs where id = $1', [id]))[0]!.status;

  it.each([
    ['without results', COMPLETED],
    ['with results', WITH_RESULT],
  ])(
    'write a batch %s around the rows that an open transaction holds, and those once it has ended',
    async (_, outcome) => {
      const jobs = await processing(100);
      const locked = [jobs[17]!, jobs[80]!];
      await admin.query('begin');
      await admin.query('select from jobs where id = any ($1::uuid[]) for update', [locked.map(({ id }) => id)]);

      const settled = jobs.map((job) => settle(job, outcome));
      const free = jobs.filter((job) => !locked.includes(job));
      await Promise.all(settled.filter((_, index) => free.includes(jobs[index]!)));
      expect(await Promise.all(free.map(statusOf))).toEqual(free.map(() => 'completed'));
      expect(await Promise.all(locked.map(statusOf))).toEqual(['processing', 'processing']);

      await admin.query('commit');
      expect(await Promise.all(settled)).toEqual(jobs.map(() => outcome));
      expect(errors).toEqual([]);
    },
  );

  it('give up a statement that takes too long, and work on', async () => {
    const sleep = statement<[], never>('sleep', 'select pg_sleep(60)');
    await expect(connections.executor.run(sleep, [])).rejects.toThrow(
      pooled ? 'Query read timeout' : 'canceling statement due to statement timeout',
    );
    const [job] = await processing(1);
    expect(await settle(job!, COMPLETED)).toEqual(COMPLETED);
  });
});

describe('the pool of a worker', () => {
  const database = useDatabase();

  it('is dropped as a whole once a connection turns out to lead to a standby', async () => {
    const pools: pg.Pool[] = [];
    const newPool = () => {
      // The first pool leads to what is read-only now; a failover leaves such connections behind.
      const options = pools.length === 0 ? '-c default_transaction_read_only=on' : undefined;
      const pool = createTestPool(database.url, { max: 3, options, Client: WorkerClient });
      pools.push(pool);
      return pool;
    };
    const executor = new WorkerPool({ newPool, named: true, clock: systemClock, answerMs: 5_000 });
    const read = statement<[], { n: number }>('read', 'select 1 as n');
    const write = statement<[], never>('write', 'update jobs set priority = 5');

    await Promise.all([executor.run(read, []), executor.run(read, []), executor.run(read, [])]);
    expect(pools[0]!.totalCount).toBe(3);
    await expect(executor.run(write, [])).rejects.toMatchObject({ code: '25006' });
    await executor.run(write, []);
    await eventually(() => expect(pools.map((pool) => pool.totalCount)).toEqual([0, 1]));

    await executor.end();
  });
});
