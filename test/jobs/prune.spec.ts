import type { DataSource } from 'typeorm';
import { ManagerExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { PruneStore } from '../../libs/jobs/src/store/stages/prune.store.js';
import type { PrunedPage } from '../../libs/jobs/src/store/sql/prune/prune.sql.js';
import { Pruner } from '../../libs/jobs/src/prune/pruner.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { systemClock } from '../../libs/jobs/src/support/time/clock.js';
import { useDatabase } from '../support/use-database.js';

const DAY_MS = 86_400_000;
const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';
const RETENTION = { completedMs: 7 * DAY_MS, failedMs: 30 * DAY_MS, pruneEveryMs: 60_000 };

describe('pruning', () => {
  const database = useDatabase();
  let dataSource: DataSource;

  beforeAll(async () => {
    dataSource = await database.openDataSource({ asApplication: true });
  });

  beforeEach(() => dataSource.query('truncate jobs, job_failures, job_signals, job_workers, job_schedule_ticks'));

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const pruner = () =>
    new Pruner(new PruneStore(inTestSchema(new ManagerExecutor(dataSource))), RETENTION, 1, systemClock);

  async function add(status: string, ageDays: number, count = 1, id = 'jobs_new_id()'): Promise<void> {
    await dataSource.query(
      `with added as (
         insert into jobs (id, type, status, completed_at, created_at)
         select ${id}, $1::text || ' ' || $2::int, $1, now() - $2::int * interval '1 day', now() - interval '60 days'
         from generate_series(1, $3::int)
         returning id
       )
       insert into job_failures (job_id, run, attempt, error) select id, 1, 1, 'Error: x' from added`,
      [status, ageDays, count],
    );
  }

  /** As an id of a job that was enqueued then. */
  const idOfDaysAgo = (days: number) =>
    `overlay(jobs_new_id()::text placing left((
       select replace(substr(hex, 1, 8) || '-' || substr(hex, 9), ' ', '')
       from lpad(to_hex((extract(epoch from now() - interval '${days} days') * 1000)::bigint), 12, '0') as hex
     ), 13) from 1)::uuid`;

  const left = async (table: string, column: string) =>
    (await dataSource.query<{ value: string }[]>(`select ${column} as value from ${table} order by 1`)).map(
      ({ value }) => value,
    );

  it('deletes completed jobs after 7 days, failed and cancelled ones after 30, and nothing else', async () => {
    for (const [status, days] of [
      ['completed', 6],
      ['completed', 8],
      ['failed', 8],
      ['failed', 31],
      ['cancelled', 29],
      ['cancelled', 31],
    ] as const)
      await add(status, days);
    await dataSource.query(
      `insert into jobs (type, created_at, scheduled_at) values ('pending', now() - interval '90 days', now() - interval '90 days')`,
    );

    expect(await pruner().runOnce()).toEqual({ completed: 1, failed: 2, workers: 0, ticks: 0, operations: 0 });

    expect(await left('jobs', 'type')).toEqual(['cancelled 29', 'completed 6', 'failed 8', 'pending']);
    expect(await left('job_failures', 'error')).toHaveLength(3);
  });

  it('goes on batch by batch until nothing is due', async () => {
    await add('completed', 8, 2_500);
    expect(await pruner().runOnce()).toMatchObject({ completed: 2_500 });
    expect(await left('jobs', 'type')).toEqual([]);
    expect(await left('job_failures', 'error')).toEqual([]);
  });

  it('finds what was enqueued long ago first, however many jobs there are, and looks at no newer ones for that', async () => {
    await add('completed', 8, 1_200, idOfDaysAgo(9));
    await add('completed', 1, 30, idOfDaysAgo(8));
    await add('completed', 1, 3_000);
    const store = new PruneStore(inTestSchema(new ManagerExecutor(dataSource)));
    const looks: PrunedPage[] = [];
    for (let after = BEFORE_ALL_IDS; looks.at(-1)?.last_id !== null; after = looks.at(-1)!.last_id ?? after)
      looks.push(
        await store.pruneCompleted({
          shard: 0,
          olderThanMs: 7 * DAY_MS,
          afterId: after,
          oldIdsOnly: true,
          limit: 1_000,
        }),
      );
    expect(looks.map(({ looked, pruned }) => [looked, pruned])).toEqual([
      [1_000, 1_000],
      [230, 200],
      [0, 0],
    ]);
    expect(new Set(await left('jobs', 'type'))).toEqual(new Set(['completed 1']));
  });

  it.each([
    ['took long to complete', idOfDaysAgo(20)],
    ['came in from elsewhere lately', 'jobs_new_id()'],
    ['has an id of another kind', `'f3d5b7a9-0000-4000-8000-000000000000'`],
    ['has an id that is older than all', `'00000000-0000-4000-8000-000000000000'`],
  ])('finds a job that %s', async (_, id) => {
    await add('completed', 6, 1, id);
    const samePruner = pruner();
    expect(await samePruner.runOnce()).toMatchObject({ completed: 0 });
    await dataSource.query(`update jobs set completed_at = now() - interval '8 days'`);
    expect(await samePruner.runOnce()).toMatchObject({ completed: 1 });
  });

  it('sweeps a table that is too large for one round in several, and has what was enqueued long ago in the first', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.25);
    await add('completed', 8, 1_200, idOfDaysAgo(9));
    await add('completed', 1, 30_000);
    await dataSource.query(
      `update jobs set completed_at = now() - interval '8 days'
       where id = (select id from jobs order by id desc limit 1)`,
    );
    const samePruner = pruner();
    const pruned = [];
    for (let round = 0; round < 3; round++) pruned.push((await samePruner.runOnce()).completed);
    expect(pruned).toEqual([1_200, 1, 0]);
  });

  it('deletes what hangs on a job together with it, and only that', async () => {
    await add('completed', 8);
    await add('completed', 1);
    await dataSource.query(
      `insert into job_signals (job_id, kind) select id, 'cancel' from jobs;
       insert into job_failures (job_id, run, attempt, error) select id, 2, 2, 'Error: y' from jobs`,
    );
    await pruner().runOnce();
    expect(await left('job_failures f join jobs j on j.id = f.job_id', 'type')).toEqual(['completed 1', 'completed 1']);
    expect(await left('job_failures', 'error')).toHaveLength(2);
    expect(await left('job_signals s join jobs j on j.id = s.job_id', 'type')).toEqual(['completed 1']);
    expect(await left('job_signals', 'kind')).toHaveLength(1);
  });

  it('skips rows that somebody has locked', async () => {
    await add('completed', 8, 2);
    const samePruner = pruner();
    await dataSource.transaction(async (manager) => {
      await manager.query('select 1 from jobs limit 1 for update');
      expect(await samePruner.runOnce()).toMatchObject({ completed: 1 });
    });
    expect(await samePruner.runOnce()).toMatchObject({ completed: 1 });
  });

  it('keeps the thousand workers that died last, however many a crash loop leaves behind', async () => {
    await dataSource.query(
      `insert into job_workers (id, host, pid, version, queues, slots, dead_at)
       select gen_random_uuid(), 'crash loop', n, '1', '{}', 1, now() - n * interval '2 seconds'
       from generate_series(1, 1500) as n`,
    );
    expect(await pruner().runOnce()).toMatchObject({ workers: 500 });
    const [row] = await dataSource.query<{ first: number; last: number }[]>(
      'select min(pid) as first, max(pid) as last from job_workers',
    );
    expect(row).toEqual({ first: 1, last: 1_000 });
  });

  it('forgets dead workers after a day, unless a job still names them, and ticks after 400 days', async () => {
    await dataSource.query(
      `insert into job_workers (id, host, pid, version, queues, slots, dead_at)
       select gen_random_uuid(), name, 1, '1', '{}', 1, now() - age
       from (values ('dead for long', interval '2 days'), ('dead just now', interval '1 hour'),
                    ('dead, with a job', interval '2 days'), ('alive', null)) as w (name, age)`,
    );
    await dataSource.query(
      `insert into jobs (type, status, started_at, worker_id)
       select 'orphan', 'processing', now(), id from job_workers where host = 'dead, with a job'`,
    );
    await dataSource.query(
      `insert into job_schedule_ticks (name, planned_at, fired_at)
       values ('old', now() - interval '401 days', now() - interval '401 days'), ('new', now(), now())`,
    );

    expect(await pruner().runOnce()).toEqual({ completed: 0, failed: 0, workers: 1, ticks: 1, operations: 0 });

    expect(await left('job_workers', 'host')).toEqual(['alive', 'dead just now', 'dead, with a job']);
    expect(await left('job_schedule_ticks', 'name')).toEqual(['new']);
  });

  it('forgets operations that ended as long ago as failed jobs are kept, and none that goes on', async () => {
    await dataSource.query(
      `insert into job_operations (format, action, filter, at_most, total, total_capped, batch, created_at, ended_at)
       select 1, name, '{}', 1, 1, false, 1, now() - interval '60 days', now() - age
       from (values ('old', interval '31 days'), ('new', interval '29 days'), ('open', null)) as o (name, age)`,
    );
    expect(await pruner().runOnce()).toMatchObject({ operations: 1 });
    expect(await left('job_operations', 'action')).toEqual(['new', 'open']);
  });
});
