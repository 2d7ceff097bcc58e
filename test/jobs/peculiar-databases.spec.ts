import { Injectable } from '@nestjs/common';
import { JobService, ScheduledJob, type JobsModuleOptions, type ScheduledTick } from '@monstera/jobs';
import { withServer } from '../support/server-connection.js';
import { eventually } from '../support/index.js';
import { applicationUrl } from '../support/pooler.js';
import { startHost, type Host } from './host.js';
import { note, NoteProcessor, useEverything } from './schema-lab.js';
import { useDatabase } from '../support/use-database.js';

@Injectable()
class NoteSchedule {
  static fired = 0;

  constructor(private readonly jobs: JobService) {}

  @ScheduledJob('* * * * * *', { name: 'note_every_second' })
  async enqueue({ manager }: ScheduledTick): Promise<void> {
    await this.jobs.enqueue(note, {}, { manager });
    NoteSchedule.fired++;
  }
}

/** What owners of a database set for all who connect to it. */
const PECULIAR = {
  default_transaction_isolation: 'serializable',
  DateStyle: 'German',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Asia/Kathmandu',
  extra_float_digits: '0',
  bytea_output: 'escape',
  idle_session_timeout: '3s',
  idle_in_transaction_session_timeout: '5s',
  statement_timeout: '20s',
  lock_timeout: '5s',
  default_transaction_deferrable: 'on',
  transform_null_equals: 'on',
  standard_conforming_strings: 'on',
  escape_string_warning: 'off',
  quote_all_identifiers: 'on',
  enable_indexscan: 'off',
  enable_hashjoin: 'off',
  plan_cache_mode: 'force_custom_plan',
  jit_above_cost: '0',
  lc_messages: 'C',
};

async function setForAll(url: string, settings: Record<string, string>): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await withServer(url, async (client) => {
    for (const [setting, value] of Object.entries(settings))
      await client.query(`alter database ${name} set ${setting} = '${value}'`);
  });
}

describe('a database that is set as no other', () => {
  const database = useDatabase({ each: true });
  const hosts: Host[] = [];

  beforeEach(async () => {
    database.closeFirst(() => Promise.all(hosts.splice(0).map((host) => host.close())));
    NoteSchedule.fired = 0;
  });

  async function start(jobs: JobsModuleOptions = {}): Promise<Host> {
    const host = await startHost({ url: database.url, providers: [NoteProcessor, NoteSchedule], jobs });
    hosts.push(host);
    return host;
  }

  const endedByServer = () =>
    withServer(database.url, async (client) => {
      const { rows } = await client.query<{ n: number }>(
        'select sessions_fatal::int as n from pg_stat_database where datname = current_database()',
      );
      return rows[0]!.n;
    });

  it('lets ten applications boot at once, and does all that they ask', async () => {
    await setForAll(database.url, PECULIAR);
    await Promise.all(Array.from({ length: 10 }, () => start({ concurrency: 2 })));
    await expect(useEverything(hosts[0]!)).resolves.toBeUndefined();
    await eventually(() => expect(NoteSchedule.fired).toBeGreaterThan(1));
    // The server has ended connections that were idle for too long, and nobody has missed them.
    await eventually(async () => expect(await endedByServer()).toBeGreaterThan(0), { timeoutMs: 20_000 });
    await expect(useEverything(hosts[1]!)).resolves.toBeUndefined();
  }, 60_000);

  it('has times that mean what was asked for', async () => {
    await setForAll(database.url, PECULIAR);
    const host = await start();
    const at = new Date(Date.now() + 86_400_000 + 123);
    const { id } = await host.jobs.enqueue(note, {}, { scheduledAt: at });
    expect((await host.jobs.get(id))?.scheduledAt).toEqual(at);
    const failing = await host.jobs.enqueue(note, { fail: true });
    await eventually(async () => expect((await host.jobs.get(failing.id))?.status).toBe('failed'));
    const { createdAt, startedAt, failures } = (await host.jobs.get(failing.id))!;
    for (const time of [createdAt, startedAt!, failures[0]!.failedAt])
      expect(Math.abs(Date.now() - time.getTime())).toBeLessThan(60_000);
  });

  it('may have row level security, with a policy for the application', async () => {
    await withServer(database.url, (client) =>
      client.query(
        `create role ruled_${process.pid} login password 'p';
         grant usage on schema public to ruled_${process.pid};
         grant select, insert, update, delete on all tables in schema public to ruled_${process.pid};
         alter table jobs enable row level security; alter table jobs force row level security;
         create policy of_application on jobs to ruled_${process.pid} using (true) with check (true)`,
      ),
    );
    const url = Object.assign(new URL(applicationUrl(database.url)), {
      username: `ruled_${process.pid}`,
      password: 'p',
    });
    const host = await startHost({ url: url.href, providers: [NoteProcessor] });
    hosts.push(host);
    await expect(useEverything(host)).resolves.toBeUndefined();
  });
});
