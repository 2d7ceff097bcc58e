import { defineJob, type JobProcessor, ProcessesJob, ScheduledJob } from '@monstera/jobs';
import { Injectable, type Type } from '@nestjs/common';
import { connect } from 'node:net';
import type pg from 'pg';
import { z } from 'zod';
import { eventually } from '../../support/index.js';
import { applicationUrl, isPooled } from '../../support/pooler.js';
import { startHost, type Host, type HostOptions } from '../host.js';
import { useDatabase } from '../../support/use-database.js';

const work = defineJob({ type: 'work', payload: z.object({}) });

@ProcessesJob(work)
class WorkProcessor implements JobProcessor<typeof work> {
  async process(): Promise<void> {}
}

@Injectable()
class Ticking {
  @ScheduledJob('* * * * * *', { name: 'every_second' })
  async tick(): Promise<void> {}
}

/** Nobody listens there: whoever connects by anything but what the test gives is found out. */
const NOWHERE = { PGHOST: '127.0.0.1', PGPORT: '1', PGDATABASE: 'nowhere', PGUSER: 'nobody' };

describe('a host connects', () => {
  const replica = useDatabase();
  const database = useDatabase();
  let admin: pg.Client;
  let host: Host | undefined;
  const before = { ...process.env };

  beforeAll(async () => {
    database.closeFirst(async () => {
      for (const name of Object.keys(NOWHERE)) delete process.env[name];
      Object.assign(process.env, before);
    });
    admin = await database.connect();
    Object.assign(process.env, NOWHERE);
  });

  beforeEach(() => admin.query('truncate jobs, job_workers'));

  afterEach(async () => {
    await host?.close();
    host = undefined;
  });

  const parts = () => {
    const { hostname, port, username, password, pathname } = new URL(applicationUrl(database.url));
    return { host: hostname, port: Number(port), username, password, database: pathname.slice(1) };
  };

  async function start(connection: HostOptions['database'], providers: Type[] = [WorkProcessor]): Promise<Host> {
    host = await startHost({
      url: database.url,
      providers,
      database: connection,
      jobs: { lease: { renewMs: 200, fenceAfterMs: 2_000, deadAfterMs: 4_000 } },
    });
    return host;
  }

  /** How a job ends, once the lease has been renewed after the boot, too. */
  async function outcome({ jobs }: Host): Promise<string | undefined> {
    const { id } = await jobs.enqueue(work, {});
    await eventually(async () => expect((await jobs.get(id))?.status).not.toMatch(/pending|processing/));
    await eventually(async () => {
      const { rows } = await admin.query('select from job_workers where last_seen_at > started_at');
      expect(rows).toHaveLength(1);
    });
    return (await jobs.get(id))?.status;
  }

  it('with `extra` in place of its fields', async () => {
    const { username, ...rest } = parts();
    expect(await outcome(await start({ url: undefined, extra: { ...rest, user: username } }))).toBe('completed');
  });

  it('with a password that TypeORM calls for', async () => {
    const { password, ...rest } = parts();
    expect(await outcome(await start({ url: undefined, ...rest, password: async () => password }))).toBe('completed');
  });

  it('with a socket that the host makes', async () => {
    const { host: hostname, port } = parts();
    const stream = () => {
      const socket = connect(port, hostname);
      return Object.assign(socket, { connect: () => socket });
    };
    expect(await outcome(await start({ extra: { stream } }))).toBe('completed');
  });

  it('with something that each connection does first', async () => {
    const seen = new Set<string>();
    const onConnect = async (client: pg.ClientBase) => {
      const { rows } = await client.query<{ name: string }>(`select current_setting('application_name') as name`);
      seen.add(rows[0]!.name);
    };
    expect(await outcome(await start({ extra: { onConnect } }))).toBe('completed');
    if (!isPooled)
      expect([...seen].sort()).toEqual(['monstera', 'monstera lease', 'monstera listen', 'monstera worker']);
  });

  it('to a primary and its replicas, of which the library asks the primary alone', async () => {
    const slave = { ...parts(), database: new URL(replica.url).pathname.slice(1) };
    const replication = { master: parts(), slaves: [slave] };
    expect(await outcome(await start({ url: undefined, replication }, [WorkProcessor, Ticking]))).toBe('completed');
    await eventually(async () => {
      const { rows } = await admin.query('select from job_schedule_ticks');
      expect(rows.length).toBeGreaterThan(0);
    });
    const { rows } = await admin.query<{ query: string }>('select query from pg_stat_activity where datname = $1', [
      slave.database,
    ]);
    expect(rows.map(({ query }) => query).filter(Boolean)).toEqual([]);
  });
});
