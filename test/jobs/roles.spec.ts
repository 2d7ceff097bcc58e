import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { defineJob, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import type pg from 'pg';
import { z } from 'zod';
import { collectStatements, type AnyStatement } from '../statements/collect-statements.js';
import { withServer } from '../support/server-connection.js';
import { eventually } from '../support/index.js';
import { startHost } from './host.js';
import { ALLOWED, ROLES, type Role } from './roles-matrix.js';
import { PARAMETERS } from './roles-parameters.js';
import { RAW } from './roles-raw.js';
import { useDatabase } from '../support/use-database.js';

const LOGINS = ['test_producer', 'test_worker'];
const DENIED = '42501';

const note = defineJob({ type: 'note', payload: z.object({}) });

@Injectable()
@ProcessesJob(note)
class NoteProcessor implements JobProcessor<typeof note> {
  async process(): Promise<void> {}
}

describe('the roles of libs/jobs/sql/roles.sql', () => {
  const database = useDatabase();
  let client: pg.Client;
  let statements: Map<string, AnyStatement>;

  beforeAll(async () => {
    client = await database.connect();
    await client.query(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry) values ('it', 'default', 5, 5, 1000, '{}')`,
    );
    const roles = readFileSync('libs/jobs/sql/roles.sql', 'utf8');
    await client.query(roles);
    // Again: an upgrade runs it on what an earlier version granted.
    await client.query('grant select on jobs to jobs_viewer');
    await client.query(roles);
    // A new statement has to be put into the matrix.
    const found = await collectStatements(process.cwd(), (file) => import(file) as Promise<Record<string, unknown>>);
    statements = new Map(found.map(({ statement }) => [statement.name.replace('jobs_', ''), statement]));
  });

  // The roles are the server's and not the database's, and can go once nothing depends on them.
  afterAll(() =>
    withServer(process.env.MONSTERA_TEST_SERVER_URL!, (server) =>
      server.query(`drop role ${[...ROLES, ...LOGINS].map((role) => `jobs_${role}`).join(', ')}`),
    ),
  );

  /** What becomes of a statement under a role; nothing of it stays. */
  async function attempt(role: Role, text: string, params: readonly unknown[]): Promise<'allowed' | 'denied'> {
    await client.query('begin');
    try {
      await client.query(`set local role jobs_${role}`);
      await client.query(text, [...params]);
      return 'allowed';
    } catch (error) {
      if ((error as { code?: string }).code === DENIED) return 'denied';
      throw error;
    } finally {
      await client.query('rollback');
    }
  }

  it('are tried with every statement of the store', () => {
    expect([...statements.keys()].sort()).toEqual(Object.keys(PARAMETERS).sort());
    expect(Object.keys(ALLOWED).sort()).toEqual(Object.keys(PARAMETERS).sort());
  });

  it.each(Object.keys(PARAMETERS))('may run %s as the matrix says', async (name) => {
    const { text, text17 = text, pooledText = text } = statements.get(name)!;
    const expected = ROLES.map((role) => [role, ALLOWED[name]!.includes(role) ? 'allowed' : 'denied']);
    for (const sent of new Set([text, text17, pooledText])) {
      const answers: Record<string, string> = {};
      for (const role of ROLES) answers[role] = await attempt(role, sent, PARAMETERS[name]!);
      expect(answers).toEqual(Object.fromEntries(expected));
    }
  });

  it.each(RAW)('may $what as the matrix says', async ({ text, allowed }) => {
    const answers: Record<string, string> = {};
    for (const role of ROLES) answers[role] = await attempt(role, text, []);
    const expected = ROLES.map((role) => [role, allowed.includes(role) ? 'allowed' : 'denied']);
    expect(answers).toEqual(Object.fromEntries(expected));
  });

  it('suffice for a producer that enqueues and a worker that runs', async () => {
    await client.query(
      `create role jobs_test_producer login password 'p' in role jobs_producer;
       create role jobs_test_worker login password 'w' in role jobs_worker`,
    );
    const as = (user: string, password: string) =>
      Object.assign(new URL(database.url), { username: user, password }).href;
    const lease = { renewMs: 50, fenceAfterMs: 5_000, deadAfterMs: 10_000 };
    const retention = { pruneEveryMs: 50 };
    const worker = await startHost({
      url: as('jobs_test_worker', 'w'),
      providers: [NoteProcessor],
      jobs: { lease, retention, pollIntervalMs: 50 },
    });
    const producer = await startHost({ url: as('jobs_test_producer', 'p'), jobs: { role: 'producer' } });
    const { id } = await producer.jobs.enqueue(note, {}, { uniqueKey: 'once' });
    await eventually(async () => expect((await worker.jobs.get(id))?.status).toBe('completed'));
    await expect(producer.jobs.get(id)).rejects.toThrow('permission denied for table jobs');
    const statusOf = 'select last_seen_at > started_at as renewed, dead_at is not null as retired from job_workers';
    await eventually(async () =>
      expect((await client.query(statusOf)).rows).toEqual([{ renewed: true, retired: false }]),
    );
    await producer.close();
    await worker.close();
    expect((await client.query(statusOf)).rows).toEqual([{ renewed: true, retired: true }]);
  });

  it('leave nothing to anybody else', async () => {
    const { rows } = await client.query<{ relation: string }>(
      `select c.relname as relation from pg_class c, aclexplode(c.relacl) a
       where a.grantee = 0 and c.relnamespace = 'public'::regnamespace and c.relname like 'job%'
       union all
       select p.proname from pg_proc p, aclexplode(p.proacl) a
       where a.grantee = 0 and p.pronamespace = 'public'::regnamespace`,
    );
    expect(rows).toEqual([]);
  });
});
