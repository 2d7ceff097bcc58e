import type { DataSource } from 'typeorm';
import { eventually } from '../support/index.js';
import { applicationUrl, poolingOptions } from '../support/pooler.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { useDatabase } from '../support/use-database.js';

describe('worker processes', () => {
  const database = useDatabase({ each: true });
  let dataSource: DataSource;
  let workers: WorkerProcess[] = [];

  beforeEach(async () => {
    database.closeFirst(async () => {
      await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
      workers = [];
    });
    dataSource = await database.openDataSource();
    await dataSource.query(
      'create table public.ledger (job_id uuid, pid int, attempt int, at timestamptz default now())',
    );
  });

  async function start(count: number, options: object = {}) {
    const jobs = { ...poolingOptions(database.url), ...options };
    const env = { DATABASE_URL: applicationUrl(database.url), JOBS_OPTIONS: JSON.stringify(jobs) };
    const started = Array.from({ length: count }, () => startWorkerProcess('jobs/processes/ledger-worker.ts', env));
    const settled = await Promise.all(started);
    workers.push(...settled);
    return settled;
  }

  const count = async (sql: string) =>
    (await dataSource.query<{ n: number }[]>(`select count(*)::int as n ${sql}`))[0]!.n;

  it('racing for 2,000 jobs start each exactly once, and share the work', async () => {
    await start(2, { pollIntervalMs: 50 });
    await dataSource.query(`insert into jobs (type, payload) select 'ledger', '{}' from generate_series(1, 2000)`);
    await eventually(async () => expect(await count(`from jobs where status = 'completed'`)).toBe(2_000), {
      timeoutMs: 30_000,
    });
    expect(await count('from ledger')).toBe(2_000);
    expect(await count('from (select distinct job_id from ledger) as distinct_jobs')).toBe(2_000);
    expect(await count('from (select distinct pid from ledger) as pids')).toBe(2);
    expect(await count('from jobs where attempts <> 1 or run <> 1')).toBe(0);
  }, 60_000);

  it('killed in the middle of a job leave it to another, which runs it again within 25 s', async () => {
    const [victim] = await start(1);
    const [job] = await dataSource.query<{ id: string }[]>(
      `insert into jobs (type, payload) values ('ledger', '{"holdMs": 600000}') returning id`,
    );
    await eventually(async () => expect(await count('from ledger')).toBe(1), { timeoutMs: 10_000 });
    await start(1);
    await victim!.end('SIGKILL');
    const killedAt = performance.now();
    await eventually(async () => expect(await count('from ledger where attempt = 2')).toBe(1), { timeoutMs: 30_000 });
    expect(performance.now() - killedAt).toBeLessThan(25_000);
    await eventually(async () => expect(await count(`from jobs where status = 'completed'`)).toBe(1));
    const [row] = await dataSource.query<object[]>('select attempts, run, error from jobs where id = $1', [job!.id]);
    // Claimed, handed back as a suspect, and called in.
    expect(row).toMatchObject({ attempts: 2, run: 3, error: expect.stringContaining('died') as string });
    expect(await count('from job_failures where attempt = 1')).toBe(1);
  }, 60_000);

  it('paused past their lease find their late completion refused', async () => {
    const lease = { renewMs: 200, fenceAfterMs: 600, deadAfterMs: 1_000 };
    const [sleeper] = await start(1, { lease });
    await dataSource.query(`insert into jobs (type, payload) values ('ledger', '{"holdMs": 1500}')`);
    await eventually(async () => expect(await count('from ledger')).toBe(1), { timeoutMs: 10_000 });
    sleeper!.child.kill('SIGSTOP');
    await start(1, { lease });
    await eventually(async () => expect(await count(`from jobs where status = 'completed' and run = 3`)).toBe(1), {
      timeoutMs: 15_000,
    });
    sleeper!.child.kill('SIGCONT');
    await eventually(() => expect(sleeper!.output()).toMatch(/declared dead|could not be renewed/), {
      timeoutMs: 10_000,
    });
    await eventually(async () => expect(await count('from job_workers where dead_at is null')).toBe(2), {
      timeoutMs: 10_000,
    });
    expect(await count(`from jobs where status = 'completed' and run = 3 and attempts = 2`)).toBe(1);
  }, 60_000);

  it('eight on one database fire a tick that was missed last Monday once', async () => {
    await start(1);
    await eventually(async () => expect(await count('from job_schedules')).toBe(1));
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')));
    workers = [];
    await dataSource.query(
      `update job_schedules set next_run_at =
         (date_trunc('week', now() at time zone 'Asia/Tokyo' - interval '9 hours') + interval '9 hours')
           at time zone 'Asia/Tokyo'`,
    );
    await start(8, { concurrency: 1 });
    await eventually(async () => expect(await count('from jobs')).toBe(50), { timeoutMs: 20_000 });
    await eventually(async () => expect(await count('from job_schedules where next_run_at > now()')).toBe(1));
    expect(await count('from (select distinct tags from jobs) as per_user')).toBe(50);
    expect(await count('from jobs')).toBe(50);
    expect(await count('from job_schedule_ticks')).toBe(1);
  }, 90_000);
});
