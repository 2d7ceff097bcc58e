import { defineJob, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const ping = defineJob({ type: 'ping', payload: z.object({}) });
const other = defineJob({ type: 'other', queue: 'other', payload: z.object({}) });

@Injectable()
@ProcessesJob(ping)
class Ping implements JobProcessor<typeof ping> {
  process(): Promise<void> {
    return Promise.resolve();
  }
}

@Injectable()
@ProcessesJob(other)
class Other implements JobProcessor<typeof other> {
  process(): Promise<void> {
    return Promise.resolve();
  }
}

/** A trigger of the host's that raises for each update of some rows, or skips it. */
const RULES = `
  create table rules (id uuid, sqlstate text);
  create function apply_rules() returns trigger language plpgsql as $$
    declare rule rules%rowtype;
    begin
      select * into rule from rules where id = new.id;
      if not found then return new; end if;
      if rule.sqlstate is null then return null; end if;
      raise exception 'not this one' using errcode = rule.sqlstate;
    end $$;
  create trigger apply_rules before update on jobs for each row execute function apply_rules()`;

/** More than the worker's slots. */
const BAD = 12;
const GOOD = 50;

describe('a job whose row the database does not let anyone change', () => {
  const database = useDatabase();
  let host: Host;

  beforeEach(async () => {
    host = await startHost({ url: database.url, jobs: { concurrency: 10 }, providers: [Ping, Other] });
    await host.dataSource.query(RULES);
  });

  afterEach(async () => {
    await host.dataSource.query('drop function apply_rules cascade; drop table rules; truncate jobs');
    await host.close();
  });

  /** Adds due jobs without a wake-up, `minutesAgo` old, and returns their ids. */
  async function add(type: string, queue: string, count: number, minutesAgo: number): Promise<string[]> {
    const rows = await host.dataSource.query<{ id: string }[]>(
      `insert into jobs (type, queue, payload, scheduled_at)
       select $1, $2, '{}', now() - $4 * interval '1 minute' from generate_series(1, $3::int) returning id`,
      [type, queue, count, minutesAgo],
    );
    return rows.map(({ id }) => id);
  }

  /** One transaction, so that the worker cannot claim a job before it has its rule. */
  async function addBad(count: number, sqlstate: string | null): Promise<string[]> {
    const rows = await host.dataSource.query<{ id: string }[]>(
      `with bad as (
         insert into jobs (type, payload, scheduled_at)
         select 'ping', '{}', now() - interval '1 hour' from generate_series(1, $1::int) returning id
       ), ruled as (insert into rules select id, $2 from bad)
       select id from bad`,
      [count, sqlstate],
    );
    return rows.map(({ id }) => id);
  }

  async function statuses(ids: readonly string[]): Promise<Record<string, number>> {
    const rows = await host.dataSource.query<{ status: string; jobs: number }[]>(
      'select status, count(*)::int as jobs from jobs where id = any ($1) group by status',
      [ids],
    );
    return Object.fromEntries(rows.map(({ status, jobs }) => [status, jobs]));
  }

  it.each(['P0001', '23514', '42501', '57014', '53100', null])('holds up no other job (%s)', async (sqlstate) => {
    const bad = await addBad(BAD, sqlstate);
    const good = [...(await add('ping', 'default', GOOD, 1)), ...(await add('other', 'other', GOOD, 30))];
    await eventually(async () => expect(await statuses(good)).toEqual({ completed: 2 * GOOD }), { timeoutMs: 20_000 });
    expect(await statuses(bad)).toEqual({ pending: BAD });
  });

  it('starts once its row can be changed', async () => {
    const bad = await addBad(1, 'P0001');
    const good = await add('ping', 'default', GOOD, 1);
    await eventually(async () => expect(await statuses(good)).toEqual({ completed: GOOD }), { timeoutMs: 20_000 });
    await host.dataSource.query('truncate rules');
    await eventually(async () => expect(await statuses(bad)).toEqual({ completed: 1 }), { timeoutMs: 20_000 });
  });

  it('lets new jobs start as soon as before', async () => {
    await addBad(2, 'P0001');
    const first = await host.jobs.enqueue(ping, {});
    await eventually(async () => expect(await statuses([first.id])).toEqual({ completed: 1 }), { timeoutMs: 20_000 });
    const startedMs = performance.now();
    for (let i = 0; i < 20; i++) {
      const { id } = await host.jobs.enqueue(ping, {});
      await eventually(async () => expect(await statuses([id])).toEqual({ completed: 1 }));
    }
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it('is claimed again when all jobs were refused for a while', async () => {
    const bad = await addBad(40, 'P0001');
    await eventually(
      async () =>
        expect(await host.dataSource.query('select from pg_stat_database where xact_rollback > 8')).not.toEqual([]),
      { timeoutMs: 20_000 },
    );
    await host.dataSource.query('truncate rules');
    await eventually(async () => expect(await statuses(bad)).toEqual({ completed: 40 }), { timeoutMs: 30_000 });
  });
});
