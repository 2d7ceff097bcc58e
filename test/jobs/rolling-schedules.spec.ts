import { Injectable, type Type } from '@nestjs/common';
import { defineJob, ProcessesJob, ScheduledJob, type JobProcessor, type ScheduledTick } from '@monstera/jobs';
import type pg from 'pg';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const load = defineJob({ type: 'load', payload: z.object({}) });

@Injectable()
@ProcessesJob(load)
class LoadProcessor implements JobProcessor<typeof load> {
  async process(): Promise<void> {}
}

/** The version of an application whose schedule fires every so many seconds. */
function versionOf(periodS: number): Type {
  @Injectable()
  class FiredSchedule {
    @ScheduledJob(`*/${periodS} * * * * *`, { name: 'fired', catchUp: 'all' })
    async fire({ plannedAt, manager }: ScheduledTick): Promise<void> {
      await manager.query('insert into fired (planned_at, period) values ($1, $2)', [plannedAt, periodS]);
    }
  }
  return FiredSchedule;
}

/** The seconds between two ticks of each version, in the order of their deployments. */
const PERIODS_S = [1, 2, 3, 1];
const HOSTS_OF_A_VERSION = 2;

/** Until when a text was in force, and the first tick of the next. A tick that was due and had not fired is of both. */
const RECORD_CHANGES = `
  create table public.changes (last_at timestamptz, first_at timestamptz);
  create function record_change() returns trigger language plpgsql as $$ begin
    insert into changes values (least(old.next_run_at, now()), new.next_run_at);
    return new;
  end $$;
  create trigger record_change after update on job_schedules
    for each row when (old.cron <> new.cron) execute function record_change()`;

describe('a schedule whose text changes from deployment to deployment, under load', () => {
  const database = useDatabase();
  let client: pg.Client;
  let hosts: Host[] = [];

  beforeAll(async () => {
    database.closeFirst(() => closeAll(hosts));
    client = await database.connect();
    await client.query(`create table public.fired (planned_at timestamptz, period int); ${RECORD_CHANGES}`);
  });

  const closeAll = (closing: readonly Host[]) => Promise.all(closing.map((host) => host.close()));
  const addLoad = () =>
    client.query(`insert into jobs (type, payload) select 'load', '{}' from generate_series(1, 500)`);
  const timesOf = async (column: string, table: string) => {
    const times = `select (extract(epoch from ${column}) * 1000)::float8 as ms from ${table} order by 1`;
    return (await client.query<{ ms: number }>(times)).rows.map(({ ms }) => Math.trunc(ms));
  };

  async function deploy(periodS: number): Promise<void> {
    await addLoad();
    const providers = [LoadProcessor, versionOf(periodS)];
    const started = Array.from({ length: HOSTS_OF_A_VERSION }, () => startHost({ url: database.url, providers }));
    const old = hosts;
    hosts = await Promise.all(started);
    await addLoad();
    await closeAll(old);
    const since = await client.query<{ now: string }>('select now()::text as now');
    const firedSince = () =>
      client.query('select from fired where period = $1 and planned_at > $2', [periodS, since.rows[0]!.now]);
    await eventually(async () => (await firedSince()).rowCount! >= 2, { timeoutMs: 30_000 });
  }

  it('fires for each time that the text in force named, once', async () => {
    for (const periodS of PERIODS_S) await deploy(periodS);
    await closeAll(hosts);
    hosts = [];
    const fired = await timesOf('planned_at', 'fired');
    const lasts = [...(await timesOf('last_at', 'changes')), fired.at(-1)!];
    const firsts = [fired[0]!, ...(await timesOf('first_at', 'changes'))];
    expect(lasts).toHaveLength(PERIODS_S.length);
    const named = PERIODS_S.flatMap((periodS, version) => namedBetween(firsts[version]!, lasts[version]!, periodS));
    expect(fired).toEqual([...new Set([...named, ...firsts])].sort((one, other) => one - other));
  }, 120_000);
});

/** The times that a text of every so many seconds names, from one until another. */
function namedBetween(fromMs: number, untilMs: number, periodS: number): number[] {
  const named: number[] = [];
  for (let ms = Math.ceil(fromMs / 1_000) * 1_000; ms <= untilMs; ms += 1_000)
    if (new Date(ms).getUTCSeconds() % periodS === 0) named.push(ms);
  return named;
}
