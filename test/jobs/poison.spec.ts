import type { DataSource } from 'typeorm';
import { eventually } from '../support/index.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { useDatabase } from '../support/use-database.js';

const OPTIONS = {
  concurrency: 5,
  pollIntervalMs: 50,
  lease: { renewMs: 200, fenceAfterMs: 1_000, deadAfterMs: 1_500 },
};

describe('a job that ends its process', () => {
  const database = useDatabase();
  let dataSource: DataSource;
  let current: WorkerProcess | undefined;
  let starts = 0;
  let closing = false;

  beforeAll(async () => {
    database.closeFirst(async () => {
      closing = true;
      await current?.end('SIGKILL');
    });
    dataSource = await database.openDataSource();
    await dataSource.query(
      `create table ledger (job_id uuid, type text, pid int, attempt int,
         started_at timestamptz default clock_timestamp(), ended_at timestamptz)`,
    );
  });

  /** As a supervisor does: whenever the process ends, another one is started. */
  async function supervise(): Promise<void> {
    while (!closing) {
      starts++;
      const env = { DATABASE_URL: database.url, JOBS_OPTIONS: JSON.stringify(OPTIONS) };
      current = await startWorkerProcess('jobs/processes/poison-worker.ts', env);
      await current.ended;
    }
  }

  const count = async (sql: string) =>
    (await dataSource.query<{ n: number }[]>(`select count(*)::int as n ${sql}`))[0]!.n;

  it('ends failed, starts alone among suspects, and costs each neighbour one attempt at most', async () => {
    await dataSource.query(
      `insert into jobs (type, priority, payload)
       select 'bystander', 0, '{"holdMs": 400}'::jsonb from generate_series(1, 4)
       union all select 'poison', 1, '{}'
       union all select 'bystander', 2, '{"holdMs": 100}' from generate_series(1, 20)`,
    );
    void supervise();

    await eventually(async () => expect(await count(`from jobs where status in ('pending', 'processing')`)).toBe(0), {
      timeoutMs: 80_000,
      intervalMs: 200,
    });

    const [poison] = await dataSource.query<object[]>(`select * from jobs where type = 'poison'`);
    expect(poison).toMatchObject({
      status: 'failed',
      attempts: 5,
      crashes: 5,
      error: expect.stringMatching(
        /died while running this job, its last attempt: 5 of 5 ended with the process/,
      ) as string,
    });
    expect(starts).toBe(6);
    expect(await count(`from jobs where type = 'bystander' and status <> 'completed'`)).toBe(0);
    expect(await count(`from jobs where type = 'bystander' and attempts > 1`)).toBeGreaterThan(0);
    expect(await count(`from jobs where type = 'bystander' and attempts > 2`)).toBe(0);
    expect(
      await count(
        `from ledger as p join ledger as other on other.pid = p.pid and other.job_id <> p.job_id
         where p.type = 'poison' and p.attempt > 1 and other.attempt > 1 and coalesce(other.ended_at, 'infinity') > p.started_at`,
      ),
    ).toBe(0);
  }, 120_000);
});
