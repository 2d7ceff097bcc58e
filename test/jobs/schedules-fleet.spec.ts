import { Injectable, type Type } from '@nestjs/common';
import { ScheduledJob, type ScheduledTick } from '@monstera/jobs';
import type pg from 'pg';
import { JobSchedulerService } from '../../libs/jobs/src/schedule/job-scheduler.service.js';
import { ManagerExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { ScheduleStore } from '../../libs/jobs/src/store/schedule.store.js';
import { eventually } from '../support/index.js';
import { inTestSchema } from '../support/in-test-schema.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';
import { FAR, FAR_HOUR } from '../support/far-cron.js';

/** What was fired, by version. */
const fired: string[] = [];

/** A version of an application, with its text and zone for the schedule `daily`. */
function versionOf(version: string, cron: string, timeZone = 'UTC'): Type {
  @Injectable()
  class Schedules {
    @ScheduledJob(cron, { name: 'daily', timeZone, catchUp: 'latest' })
    async fire({ plannedAt }: ScheduledTick): Promise<void> {
      fired.push(`${version} ${plannedAt.toISOString()}`);
    }
  }
  return Schedules;
}

const OLD = versionOf('old', FAR);
const NEW = versionOf('new', `30 ${FAR_HOUR} * * *`);

describe('schedules in a fleet', () => {
  const database = useDatabase({ each: true });
  let client: pg.Client;
  let hosts: Host[];

  beforeEach(async () => {
    database.closeFirst(() => Promise.all(hosts.map((host) => host.close())));
    client = await database.connect();
    fired.length = 0;
    hosts = [];
  });

  async function boot(version: Type): Promise<Host> {
    const host = await startHost({ url: database.url, providers: [version], jobs: { waitTimeoutMs: 500 } });
    hosts.push(host);
    return host;
  }

  const look = (host: Host) => host.get<JobSchedulerService>(JobSchedulerService).runOnce();
  const set = (assignments: string) => client.query(`update job_schedules set ${assignments}`);
  const row = async () =>
    (
      await client.query<{ cron: string; next: string; age_s: number; last_error: string | null }>(
        `select cron, to_char(next_run_at at time zone 'UTC', 'HH24:MI:SS') as next, last_error,
           extract(epoch from now() - updated_at)::float8 as age_s
         from job_schedules`,
      )
    ).rows[0]!;
  /** Looks until the schedule has fired, and its tick is committed: right after the boot it rests for a second. */
  const firedBy = (host: Host) =>
    eventually(async () => {
      await look(host);
      return fired.length > 0 && (await client.query('select from job_schedule_ticks')).rows.length > 0;
    });

  it('are fired by those only who have the text and the zone of the row', async () => {
    const old = await boot(OLD);
    const recent = await boot(NEW);
    await set(`next_run_at = now() - interval '1 minute'`);
    expect(await look(old)).toBe(0);
    await firedBy(recent);
    expect(fired).toEqual([expect.stringMatching(/^new /)]);
    expect((await row()).next).toMatch(/:30:00$/);
  });

  it('have another zone as much as another text', async () => {
    const old = await boot(versionOf('old', FAR, 'Etc/GMT+1'));
    const recent = await boot(versionOf('new', FAR, 'Etc/GMT+2'));
    await set(`next_run_at = now() - interval '1 minute'`);
    expect(await look(old)).toBe(0);
    await firedBy(recent);
    expect(fired).toEqual([expect.stringMatching(/^new /)]);
  });

  it('are not fired by who had planned a tick before the text changed', async () => {
    const { dataSource } = await boot(OLD);
    await set(`next_run_at = now() - interval '1 minute'`);
    const store = new ScheduleStore(inTestSchema(new ManagerExecutor(dataSource)));
    const own = { cron: FAR, timeZone: 'UTC' };
    const locked = (text: typeof own | null) => store.lockDue({ name: 'daily', own: text }, 1_000);
    expect(await locked({ ...own, cron: `30 ${FAR_HOUR} * * *` })).toBeNull();
    expect(await locked({ ...own, timeZone: 'Etc/UTC' })).toBeNull();
    expect(await locked(null)).toBeNull();
    expect(await locked(own)).not.toBeNull();
  });

  it('are taken over by an older version when none of the newer is left', async () => {
    const old = await boot(OLD);
    const recent = await boot(NEW);
    await set(`updated_at = now() - interval '60 seconds'`);
    await look(recent);
    await look(old);
    expect((await row()).cron).toBe(`30 ${FAR_HOUR} * * *`);
    await recent.close();
    await set(`updated_at = now() - interval '91 seconds', next_run_at = now() + interval '1 year'`);
    await look(old);
    expect(await row()).toMatchObject({ cron: FAR, next: `${String(FAR_HOUR).padStart(2, '0')}:00:00` });
  });

  it('fire a tick that was due and had not fired when the text changed', async () => {
    await (await boot(OLD)).close();
    await set(`next_run_at = date_trunc('second', now() - interval '1 minute')`);
    const planned = await client.query<{ at: Date }>('select next_run_at as at from job_schedules');
    await firedBy(await boot(NEW));
    expect(fired).toEqual([`new ${planned.rows[0]!.at.toISOString()}`]);
    expect((await row()).next).toMatch(/:30:00$/);
  });

  it('start anew by a text that has changed while nothing was due', async () => {
    await (await boot(OLD)).close();
    await set(`next_run_at = now() + interval '1 year'`);
    await boot(NEW);
    expect((await row()).next).toMatch(/:30:00$/);
  });

  it('let a process boot while a tick of theirs is under way, and register the new text after it', async () => {
    await boot(OLD);
    await client.query('begin');
    await client.query('select from job_schedules for update');
    const recent = await boot(NEW);
    await client.query('rollback');
    expect((await row()).cron).toBe(FAR);
    await look(recent);
    expect((await row()).cron).toBe(`30 ${FAR_HOUR} * * *`);
  });

  it('show by updated_at that a process has them, and that none does any more', async () => {
    const host = await boot(OLD);
    await set(`updated_at = now() - interval '31 seconds'`);
    await client.query(
      `insert into job_schedules (name, cron, time_zone, catch_up, next_run_at, updated_at)
       values ('gone', '* * * * *', 'UTC', 'all', now() - interval '1 day', now() - interval '1 day')`,
    );
    await look(host);
    const { rows } = await client.query(
      `select name from job_schedules where updated_at < now() - interval '2 minutes' or next_run_at < now()`,
    );
    expect(rows).toEqual([{ name: 'gone' }]);
    expect(
      (await client.query(`select from job_schedules where updated_at > now() - interval '20 seconds'`)).rowCount,
    ).toBe(1);
  });

  it('are registered again after their row was deleted', async () => {
    const host = await boot(OLD);
    await client.query('delete from job_schedules');
    await look(host);
    expect((await row()).cron).toBe(FAR);
  });

  describe('whose next run was set by hand', () => {
    it('to infinity are paused, across deployments of the same text and of another', async () => {
      const host = await boot(OLD);
      await set(`next_run_at = 'infinity'`);
      expect(await look(host)).toBe(0);
      const recent = await boot(NEW);
      expect(await look(recent)).toBe(0);
      expect((await client.query(`select from job_schedules where next_run_at = 'infinity'`)).rowCount).toBe(1);
      await set(`next_run_at = now() - interval '1 minute'`);
      await firedBy(recent);
      expect(fired).toHaveLength(1);
    });

    it('to -infinity fire for the last time that the text named', async () => {
      const host = await boot(OLD);
      await set(`next_run_at = '-infinity'`);
      await firedBy(host);
      const planned = new Date(fired[0]!.slice('old '.length));
      expect([planned.getUTCHours(), planned.getUTCMinutes()]).toEqual([FAR_HOUR, 0]);
      expect(Date.now() - planned.getTime()).toBeLessThan(24 * 3_600_000);
      expect(await row()).toMatchObject({ next: `${String(FAR_HOUR).padStart(2, '0')}:00:00`, last_error: null });
    });

    it.each(['0044-03-15 BC', '0001-01-01', '294276-12-31'])(
      'to %s keep no other schedule from firing',
      async (time) => {
        const host = await boot(OLD);
        await set(`next_run_at = now() - interval '1 minute'`);
        await client.query(
          `insert into job_schedules (name, cron, time_zone, catch_up, next_run_at)
         select 'far', cron, time_zone, catch_up, $1 from job_schedules`,
          [time],
        );
        await firedBy(host);
        await set(`next_run_at = '${time}' where name = 'daily'`);
        await eventually(async () => {
          await look(host);
          expect(fired).toHaveLength(time.startsWith('29') ? 1 : 2);
        });
      },
    );
  });
});
