import {
  JobAuditService,
  JobOperations,
  JobQueues,
  JobRepository,
  JobSchedules,
  JobsOverview,
  JobsSystem,
  JobStatistics,
  JobWorkers,
} from '@monstera/jobs';
import type pg from 'pg';
import { poolOf } from '../../libs/jobs/src/store/connection/host-connections.js';
import { eventually } from '../support/index.js';
import { isPooled } from '../support/pooler.js';
import { watchStatements } from '../support/sent-statements.js';
import { useDatabase } from '../support/use-database.js';
import { startHost, type Host, type HostOptions } from './host.js';

const TRANSACTION = /^(begin|start transaction|commit|rollback)|'statement_timeout'/i;

describe('what people look at', () => {
  const database = useDatabase();
  let admin: pg.Client;
  let host: Host;
  let sent: string[];

  async function start(options: Partial<HostOptions> = {}): Promise<void> {
    const { jobs, ...rest } = options;
    host = await startHost({ url: database.url, jobs: { role: 'producer', ...jobs }, ...rest });
    sent = [];
    watchStatements(database.url, (text) => sent.push(text));
  }

  beforeAll(async () => {
    admin = await database.connect();
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await host.close();
  });

  const everything = () => [
    host.get(JobsOverview).overview(),
    host.get(JobQueues).list(),
    host.get(JobWorkers).list(),
    host.get(JobSchedules).list(),
    host.get(JobOperations).list(),
    host.get(JobAuditService).list(),
    host.get(JobStatistics).byType(),
    host.get(JobRepository).failedByError(),
    host.jobs.where({ status: 'failed' }).list(),
  ];

  async function sessions(): Promise<string[]> {
    const { rows } = await admin.query<{ name: string }>(
      `select application_name as name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    return rows.map(({ name }) => name.split(' ').at(-1)!);
  }

  if (!isPooled)
    it('is read without transactions, on connections that close with the application', async () => {
      await start();
      await Promise.all(everything());
      expect(sent.filter((text) => TRANSACTION.test(text))).toEqual([]);
      const looks = (await sessions()).filter((name) => name === 'look');
      expect(looks.length).toBeGreaterThan(0);
      expect(looks.length).toBeLessThanOrEqual(3);
      await host.close();
      await eventually(async () => expect(await sessions()).not.toContain('look'));
    });

  it('is read once, however many screens show it', async () => {
    await start();
    await host.get(JobsOverview).overview();
    sent.length = 0;
    await Promise.all([host.get(JobQueues).list(), host.get(JobWorkers).list()]);
    expect(sent).toEqual([]);
  });

  it('is read once for an answer', async () => {
    await start();
    const repeated = () => sent.filter((text, i) => !TRANSACTION.test(text) && sent.indexOf(text) < i);
    await host.get(JobsOverview).overview();
    expect(repeated()).toEqual([]);
    sent.length = 0;
    await host.get(JobsSystem).system();
    // The clocks are compared by a statement that need not connect first.
    expect(repeated().filter((text) => !text.includes('clock_timestamp()'))).toEqual([]);
  });

  it('is read once of thousands of queues, in a time that grows with their number and no faster', async () => {
    await start();
    await admin.query(
      `insert into jobs (type, queue, scheduled_at)
       select 'bulk', 'queue_' || i % 4000, now() + (i % 3 - 1) * interval '1 minute' from generate_series(1, 12000) as i`,
    );
    const { queues } = await host.get(JobQueues).list();
    const overview = await host.get(JobsOverview).overview();
    await admin.query('delete from jobs');
    expect(queues).toHaveLength(1_000);
    expect(queues.every(({ pending }) => pending === 3)).toBe(true);
    expect(overview).toMatchObject({ pending: 12_000, pendingCapped: false, queues: 4_000 });
    // Where a statement takes too long, there is another way, and a connection for it.
    if (!isPooled) expect(await sessions()).not.toContain('statistics');
    expect(sent.filter((text) => text.includes('with recursive head'))).toHaveLength(1);
  });

  it('takes two seconds at most, whatever holds it up', async () => {
    await start();
    await host.get(JobOperations).list();
    await admin.query('begin; lock table job_audit in access exclusive mode');
    const startedMs = performance.now();
    await expect(host.get(JobAuditService).list()).rejects.toMatchObject({ code: '57014' });
    expect(performance.now() - startedMs).toBeLessThan(3_500);
    await admin.query('rollback');
    expect(await host.get(JobAuditService).list()).toEqual({ entries: [], next: null });
  });

  it('is read in transactions behind a pooler, with the same limit', async () => {
    await start({ jobs: { pooled: true } });
    await Promise.all(everything());
    expect(sent.filter((text) => text.includes(`'statement_timeout'`)).length).toBeGreaterThan(5);
    expect(await sessions()).not.toContain('look');
  });

  it('is read on the connections of the host where no others can be had', async () => {
    await start();
    await host.dataSource.query('select 1');
    const { options } = poolOf(host.dataSource);
    Object.assign(options, { connectionString: 'postgres://127.0.0.1:1/nowhere', host: '127.0.0.1', port: 1 });
    expect(await host.get(JobAuditService).list()).toEqual({ entries: [], next: null });
    expect(sent.some((text) => TRANSACTION.test(text))).toBe(true);
  });

  it('opens no connection for metrics', async () => {
    await start();
    await host.get(JobRepository).sample();
    expect(await sessions()).not.toContain('look');
    expect(sent.filter((text) => /^(begin|start transaction)/i.test(text))).toHaveLength(1);
  });
});
