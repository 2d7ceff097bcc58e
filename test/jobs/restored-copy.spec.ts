import { Injectable, Logger } from '@nestjs/common';
import {
  defineJob,
  JobsHealthIndicator,
  ProcessesJob,
  ScheduledJob,
  type JobProcessor,
  type RestoredCopyOption,
} from '@monstera/jobs';
import pg from 'pg';
import { z } from 'zod';
import { restoredCopyIn } from '../../libs/jobs/src/state/copy-guard.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const mail = defineJob({ type: 'mail', payload: z.object({}) });

@Injectable()
@ProcessesJob(mail)
class MailProcessor implements JobProcessor<typeof mail> {
  async process(): Promise<void> {}
}

let ticks = 0;

@Injectable()
class EverySecond {
  @ScheduledJob('* * * * * *', { name: 'every_second' })
  tick(): void {
    ticks++;
  }
}

describe('a restored copy of a database', () => {
  const database = useDatabase({ each: true });
  let hosts: Host[];
  let errors: jest.SpyInstance;

  beforeEach(async () => {
    database.closeFirst(async () => {
      jest.restoreAllMocks();
      for (const host of hosts) await host.close();
    });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('insert into job_database (system_identifier, oid) values (1, 1)');
    await client.end();
    hosts = [];
    ticks = 0;
    errors = jest.spyOn(Logger.prototype, 'error');
  });

  async function start(choice: RestoredCopyOption, role: 'all' | 'worker' | 'producer' = 'all'): Promise<Host> {
    const providers = { all: [MailProcessor, EverySecond], worker: [MailProcessor], producer: [] }[role];
    const host = await startHost({ url: database.url, providers, jobs: { role, restoredCopy: choice } });
    hosts.push(host);
    return host;
  }

  const readiness = async (host: Host) => (await host.get(JobsHealthIndicator).isReady()).jobs;
  const statusOf = async (host: Host, id: string) => (await host.jobs.get(id))?.status;
  const warnings = () =>
    errors.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('RESTORED_COPY'));

  it('runs nothing while it waits, says how to go on, and goes on without a restart once it is adopted', async () => {
    const host = await start('wait');
    const { id } = await host.jobs.enqueue(mail, {});
    expect(await readiness(host)).toMatchObject({ status: 'down', reason: 'restored_copy' });
    expect(warnings()).toEqual([
      expect.stringMatching(
        /made in another database .*psql -d test_\w+ -c 'select \w+\.jobs_adopt_copy\(\)'.*jobs_clear_copy/,
      ),
    ]);
    // A second worker shows that the first has had the time to claim and to fire.
    const other = await start('ignore', 'worker');
    const { id: later } = await other.jobs.enqueue(mail, {}, { delayMs: 1_500 });
    await eventually(async () => expect(await statusOf(other, later)).toBe('completed'));
    await other.close();
    hosts.pop();
    expect(ticks).toBe(0);
    const waiting = (await host.jobs.enqueue(mail, {})).id;
    expect(await statusOf(host, waiting)).toBe('pending');
    await host.dataSource.query('select jobs_adopt_copy()');
    await eventually(async () => expect(await statusOf(host, waiting)).toBe('completed'), { timeoutMs: 15_000 });
    expect(await statusOf(host, id)).toBe('completed');
    await eventually(() => expect(ticks).toBeGreaterThan(0));
    await eventually(async () => expect(await readiness(host)).toMatchObject({ status: 'up' }));
  });

  it('loses what has not ended if it is cleared, and keeps the rest', async () => {
    const worker = await start('ignore');
    const { id: done } = await worker.jobs.enqueue(mail, {});
    await eventually(async () => expect(await statusOf(worker, done)).toBe('completed'));
    const { id: planned } = await worker.jobs.enqueue(mail, {}, { delayMs: 3_600_000 });
    expect(await worker.dataSource.query('select jobs_clear_copy()::int as removed')).toEqual([{ removed: 1 }]);
    expect([await statusOf(worker, done), await statusOf(worker, planned)]).toEqual(['completed', undefined]);
  });

  it('keeps nothing of what was cleared, and nothing that would go on', async () => {
    const host = await start('wait', 'producer');
    const sql = <Row>(text: string, params: unknown[] = []) => host.dataSource.query<Row[]>(text, params);
    const ids: Record<string, string> = {};
    for (const status of ['pending', 'blocked', 'processing', 'completed', 'failed']) {
      const [row] = await sql<{ id: string }>(
        `insert into jobs (type, status, worker_id, started_at, completed_at)
         values ('mail', $1::text, case when $1 = 'processing' then gen_random_uuid() end,
           case when $1 = 'processing' then now() end, case when $1 in ('completed', 'failed') then now() end)
         returning id`,
        [status],
      );
      ids[status] = row!.id;
    }
    await sql(`insert into job_failures (job_id, run, attempt, error) select id, 1, 1, 'x' from jobs`);
    await sql(`insert into job_signals (job_id, kind) select id, 'cancel' from jobs`);
    await sql(`insert into job_logs (job_id, line, run, run_line, attempt, logged_at, message)
      select id, 1, 1, 1, 1, now(), 'x' from jobs`);
    await sql(`insert into job_dependencies (job_id, depends_on) select id, id from jobs`);
    await sql(`insert into job_operations (format, action, filter, at_most, total, total_capped, batch, status, ended_at)
      select 1, 'retry', '{}', 1, 1, false, 1, status, case when status = 'completed' then now() end
      from unnest('{pending,processing,completed}'::text[]) as given (status)`);
    await sql(`insert into job_schedules (name, cron, time_zone, catch_up, next_run_at, run_requested_at)
      values ('nightly', '0 3 * * *', 'UTC', 'none', now() + interval '1 day', now())`);

    expect(await sql('select jobs_clear_copy()::int as removed')).toEqual([{ removed: 3 }]);

    const kept = [ids.completed, ids.failed].sort();
    for (const table of ['job_failures', 'job_signals', 'job_logs', 'job_dependencies'])
      expect([
        table,
        (await sql<{ id: string }>(`select job_id as id from ${table}`)).map(({ id }) => id).sort(),
      ]).toEqual([table, kept]);
    expect(await sql('select status from job_operations')).toEqual([{ status: 'completed' }]);
    expect(await sql('select run_requested_at from job_schedules')).toEqual([{ run_requested_at: null }]);
  });

  it('runs where that is wished, and says so', async () => {
    const host = await start('run');
    const { id } = await host.jobs.enqueue(mail, {});
    await eventually(async () => expect(await statusOf(host, id)).toBe('completed'));
    expect(await readiness(host)).toMatchObject({
      status: 'degraded',
      impaired: expect.arrayContaining([expect.objectContaining({ reason: 'restored_copy' })]),
    });
    expect(warnings()).toHaveLength(1);
  });

  it('that has been adopted is a database like any other, and so is one in which nobody noted what it is', async () => {
    const producer = await start('wait', 'producer');
    await producer.dataSource.query('select jobs_adopt_copy()');
    const adopted = await start('wait');
    const { id } = await adopted.jobs.enqueue(mail, {});
    await eventually(async () => expect(await statusOf(adopted, id)).toBe('completed'));
    await producer.dataSource.query('delete from job_database');
    const unknown = await start('wait');
    expect(await readiness(unknown)).not.toMatchObject({ reason: 'restored_copy' });
    expect(warnings()).toEqual([]);
  });

  it('can be closed while it waits', async () => {
    const host = await start('wait');
    await expect(host.close()).resolves.toBeUndefined();
    hosts.pop();
  });

  it('is treated by where it is', () => {
    const environments = ['production', 'test', 'development', undefined];
    expect(environments.map(restoredCopyIn)).toEqual(['run', 'ignore', 'wait', 'wait']);
  });
});
