import type { DataSource } from 'typeorm';
import { JobRepository } from '../../libs/jobs/src/observe/stats/job.repository.js';
import { useDatabase } from '../support/use-database.js';

const WORKER = '019a0000-0000-7000-8000-000000000001';

describe('JobRepository.findRunningTooLong', () => {
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

  async function insertRunning(type: string, since: string, { shard = 0, workerId = WORKER } = {}): Promise<string> {
    const rows: { id: string }[] = await dataSource.query(
      `insert into jobs (type, status, worker_id, shard, started_at)
       values ($1, 'processing', $2, $3, now() - $4::interval) returning id`,
      [type, workerId, shard, since],
    );
    return rows[0]!.id;
  }

  const typed = (type: string, timeoutMs: number) =>
    dataSource.query(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
       values ($1, 'default', 5, 5, $2, '{}')`,
      [type, timeoutMs],
    );

  it('lists what has run for longer than the minutes given, longest first, with the worker host', async () => {
    await insertRunning('mail', '9 minutes');
    const twenty = await insertRunning('mail', '20 minutes');
    const forty = await insertRunning('report', '40 minutes', {
      shard: 1,
      workerId: '019a0000-0000-7000-8000-00000000dead',
    });

    const found = await repository(2).findRunningTooLong(10);

    expect(found).toMatchObject({
      jobs: [
        { id: forty, type: 'report', host: null },
        { id: twenty, type: 'mail', host: 'worker-7' },
      ],
      total: 2,
      capped: false,
    });
    expect(found.jobs[1]!.runningSeconds).toBeGreaterThanOrEqual(1_200);
    expect(found.jobs[1]!.startedAt).toBeInstanceOf(Date);
    expect((await repository(2).findRunningTooLong(30)).total).toBe(1);
  });

  it('asks by default for what has run for longer than the timeout of its type, with time to stop', async () => {
    await typed('report', 3_600_000);
    await typed('ping', 5_000);
    await insertRunning('report', '59 minutes');
    const report = await insertRunning('report', '61 minutes');
    await insertRunning('ping', '12 seconds');
    const ping = await insertRunning('ping', '20 seconds');

    const { jobs, total } = await repository().findRunningTooLong();

    expect(jobs).toMatchObject([
      { id: report, timeoutSeconds: 3_600 },
      { id: ping, timeoutSeconds: 5 },
    ]);
    expect(total).toBe(2);
    expect((await repository().sample()).runningTooLong).toBe(2);
  });

  it('puts the timeout of a job before that of its type, and that before the default', async () => {
    await typed('report', 3_600_000);
    const own = await insertRunning('report', '2 minutes');
    await dataSource.query('update jobs set timeout_ms = 60000 where id = $1', [own]);
    const longest = await insertRunning('report', '20 days');
    await dataSource.query('update jobs set timeout_ms = 2147483647 where id = $1', [longest]);
    await insertRunning('unknown', '5 minutes');
    const unknown = await insertRunning('unknown', '6 minutes');

    expect((await repository().findRunningTooLong()).jobs).toMatchObject([
      { id: unknown, timeoutSeconds: 300 },
      { id: own, timeoutSeconds: 60 },
    ]);
  });

  it('refuses a negative number of minutes', async () => {
    await expect(repository().findRunningTooLong(-5)).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
  });
});
