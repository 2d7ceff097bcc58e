import { EventEmitter } from 'node:events';
import pg from 'pg';
import { PoolExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { DoctorStore, hearsNotify } from '../../libs/jobs/src/store/control/doctor.store.js';
import { commandOn } from './command.js';
import { useCommand } from './use-command.js';

interface Examination {
  problems: number;
  findings: { code: string; severity: string; what: string; remedy: string }[];
}

const GONE = '019a0000-0000-7000-8000-00000000000d';

describe('npx monstera-jobs doctor', () => {
  const cli = useCommand({ each: true });

  it('finds nothing in a healthy database', async () => {
    expect(await cli.run('doctor')).toMatchObject({ exit: 0, stdout: 'Nothing is wrong.\n', stderr: '' });
  });

  it('finds what is wrong, with remedies that mend it', async () => {
    await cli.client.query(`
      drop index jobs_running;
      alter table jobs set (autovacuum_enabled = false);
      insert into jobs (type, queue, scheduled_at) values ('it', 'nobody', now() - interval '1 hour');
      insert into jobs (type, queue) values ('it', 'paused');
      insert into job_queues (name, paused_at) values ('paused', now());
      insert into jobs (type, status, worker_id, started_at) values ('it', 'processing', '${GONE}', now());
      update pg_index set indisvalid = false where indexrelid = 'jobs_finished'::regclass`);

    const { problems, findings } = await cli.json<Examination>('doctor');

    expect(findings.map(({ code }) => code)).toEqual([
      'JOBS_INDEX_MISSING',
      'JOBS_INDEX_INVALID',
      'JOBS_QUEUE_UNWORKED',
      'JOBS_HELD_BY_DEAD_WORKER',
      'JOBS_AUTOVACUUM_OFF',
      'JOBS_QUEUE_PAUSED',
    ]);
    expect(problems).toBe(5);
    const sql = findings.filter(({ code }) => /INDEX|AUTOVACUUM/.test(code)).map(({ remedy }) => remedy);
    for (const remedy of sql) await cli.client.query(remedy);
    const after = await cli.json<Examination>('doctor');
    expect(after.findings.map(({ code }) => code)).toEqual([
      'JOBS_QUEUE_UNWORKED',
      'JOBS_HELD_BY_DEAD_WORKER',
      'JOBS_QUEUE_PAUSED',
    ]);
    const { exit, stdout } = await cli.run('doctor');
    expect(exit).toBe(1);
    expect(stdout).toMatch(/^✗ JOBS_QUEUE_UNWORKED: .*\n {4}Start a worker/);
    expect(stdout).toMatch(/2 problems, 1 more to look at\.\n$/);
  });

  it('finds columns that somebody has dropped, and a restored copy', async () => {
    await cli.client.query(`
      alter table jobs drop column trace_context;
      insert into job_database (system_identifier, oid) values (1, 1)`);
    const { findings } = await cli.json<Examination>('doctor');
    expect(findings.map(({ code }) => code)).toEqual(['JOBS_SCHEMA_DRIFTED', 'JOBS_RESTORED_COPY']);
    expect(findings[0]!.what).toContain('jobs.trace_context');
  });

  it('says what it may not look at', async () => {
    const role = `blind_${new URL(cli.url).pathname.slice(1)}`;
    await cli.client.query(`create role ${role} login password 'p'; grant select on migrations to ${role}`);
    const url = Object.assign(new URL(cli.url), { username: role, password: 'p' }).href;
    const { exit, stdout } = await commandOn(url).run('doctor');
    await cli.client.query(`drop owned by ${role}; drop role ${role}`);
    expect(exit).toBe(0);
    expect(stdout).toContain('JOBS_DOCTOR_BLIND: Queues could not be looked at');
  });

  it('sees sessions and prepared transactions that hold a snapshot', async () => {
    const pool = new pg.Pool({ connectionString: cli.url });
    const idle = new pg.Client({ connectionString: cli.url, application_name: 'forgotten' });
    await idle.connect();
    await idle.query('begin isolation level repeatable read; select from jobs');
    await cli.client.query(`begin; insert into jobs (type) values ('it'); prepare transaction 'left over'`);
    const found = await new DoctorStore(new PoolExecutor(pool, false)).snapshots(0);
    await cli.client.query(`rollback prepared 'left over'`);
    await idle.end();
    await pool.end();
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'session', detail: 'forgotten, idle in transaction' }),
        expect.objectContaining({ kind: 'prepared', name: 'left over' }),
      ]),
    );
  });

  it('tells a connection that hears NOTIFY from one that does not', async () => {
    const pool = new pg.Pool({ connectionString: cli.url });
    const sender = new PoolExecutor(pool, false);
    // As a pooler does: LISTEN succeeds, and nothing arrives.
    const deaf = Object.assign(new EventEmitter(), { query: async () => ({ rows: [] }) }) as unknown as pg.ClientBase;
    expect(await hearsNotify(cli.client, sender, 5_000)).toBe(true);
    expect(await hearsNotify(deaf, sender, 50)).toBe(false);
    await pool.end();
  });
});
