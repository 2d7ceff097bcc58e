import { JobOperations } from '@monstera/jobs';
import { eventually } from '../support/index.js';
import { applicationUrl, poolingOptions } from '../support/pooler.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { useHost } from './use-host.js';

const JOBS = 4_000;

describe('an operation whose worker is killed in the middle of a batch', () => {
  const host = useHost({ jobs: { role: 'producer' } });

  const sql = <Row>(text: string): Promise<Row[]> => host.dataSource.query(text);
  const start = () => {
    const env = {
      DATABASE_URL: applicationUrl(host.url),
      JOBS_OPTIONS: JSON.stringify(poolingOptions(host.url)),
    };
    return startWorkerProcess('jobs/processes/ledger-worker.ts', env);
  };

  it('is gone on with by another, and each job is changed once', async () => {
    await sql(`
      insert into jobs (type, queue, status, completed_at)
      select 'letter', 'mail', 'failed', now() from generate_series(1, ${JOBS})`);
    await sql('create table public.changes (job_id uuid)');
    // Slow enough to be caught in the middle.
    await sql(`
      create function note_change() returns trigger language plpgsql as $$ begin
        insert into public.changes values (new.id);
        perform pg_sleep(0.001);
        return new;
      end $$`);
    await sql('create trigger note_change after update on jobs for each row execute function note_change()');
    const { operation } = await host.jobs.where({ queue: 'mail' }).retry({ atMost: 50_000, actor: 'ada' });
    const get = () => host.get(JobOperations).get(operation!);

    const victim = await start();
    await eventually(
      async () => {
        expect((await get()).changed).toBeGreaterThan(0);
        const [running] = await sql<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity
           where datname = current_database() and state = 'active' and query ~ 'chosen as materialized'
             and pid <> pg_backend_pid()`,
        );
        expect(running!.n).toBe(1);
      },
      { timeoutMs: 30_000, intervalMs: 5 },
    );
    await victim.end('SIGKILL');
    const { changed, status } = await get();
    expect(status).toBe('processing');
    expect(changed).toBeLessThan(JOBS);

    const next = await start();
    await eventually(async () => expect((await get()).status).toBe('completed'), { timeoutMs: 40_000 });
    await next.end('SIGTERM');
    expect(await get()).toMatchObject({ changed: JOBS, skipped: 0 });
    expect(await sql('select count(*)::int as n, count(distinct job_id)::int as jobs from public.changes')).toEqual([
      { n: JOBS, jobs: JOBS },
    ]);
    expect(await sql('select action from job_audit')).toEqual([{ action: 'jobs.retry' }]);
  }, 90_000);
});
