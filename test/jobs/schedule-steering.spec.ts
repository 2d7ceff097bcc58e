import { Injectable, type Type } from '@nestjs/common';
import {
  defineJob,
  JobSchedules,
  ProcessesJob,
  ScheduledJob,
  type JobProcessor,
  type ScheduledTick,
} from '@monstera/jobs';
import { z } from 'zod';
import { JobSchedulerService } from '../../libs/jobs/src/schedule/job-scheduler.service.js';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { withServer } from '../support/server-connection.js';
import { startHost, type Host } from './host.js';

const note = defineJob({ type: 'note', payload: z.object({}) });

@Injectable()
@ProcessesJob(note)
class NoteProcessor implements JobProcessor<typeof note> {
  async process(): Promise<void> {}
}

const fired: string[] = [];
let failing = false;

function versionOf(cron: string): Type {
  @Injectable()
  class Schedules {
    @ScheduledJob(cron, { name: 'daily', timeZone: 'UTC' })
    async fire({ plannedAt }: ScheduledTick): Promise<void> {
      fired.push(plannedAt.toISOString());
      if (failing) throw new Error('out of paper');
    }
  }
  return Schedules;
}

/** Half a day away, so that no tick falls due while a test runs. */
const HOUR = (new Date().getUTCHours() + 12) % 24;
const OLD = versionOf(`0 ${HOUR} * * *`);
const NEW = versionOf(`30 ${HOUR} * * *`);

describe('JobSchedules', () => {
  let database: TestDatabase;
  const hosts: Host[] = [];
  let host: Host;

  beforeEach(async () => {
    database = await createTestDatabase();
    fired.length = 0;
    failing = false;
    host = await boot(OLD);
  });

  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((each) => each.close()));
    await database.drop();
  });

  async function boot(version: Type): Promise<Host> {
    const started = await startHost({ url: database.url, providers: [version], jobs: { waitTimeoutMs: 500, shards: 2 } });
    hosts.push(started);
    return started;
  }

  const schedules = () => host.get(JobSchedules);
  const look = (of: Host) => of.get<JobSchedulerService>(JobSchedulerService).runOnce();
  const rows = <Row>(sql: string, params: unknown[] = []) => host.dataSource.query<Row[]>(sql, params);
  const isDone = async () => expect((await schedules().get('daily')).runRequestedAt).toBeNull();
  /** Looks in every process at once, until the run that was asked for has ended. */
  const runEnds = () =>
    eventually(async () => {
      await Promise.all(hosts.map(look));
      await isDone();
    });

  it('shows the next five times and the last ticks', async () => {
    await rows(
      `insert into job_schedule_ticks (name, planned_at)
       select 'daily', now() - n * interval '1 day' from generate_series(1, 7) as n`,
    );
    const [daily] = await schedules().list();
    expect(daily).toMatchObject({
      name: 'daily',
      cron: `0 ${HOUR} * * *`,
      timeZone: 'UTC',
      catchUp: 'latest',
      held: true,
      paused: false,
      pausedAt: null,
      failures: 0,
      lastError: null,
    });
    expect(daily!.next).toHaveLength(5);
    expect(daily!.next[0]).toEqual(daily!.nextRunAt);
    expect(daily!.next.map((time) => [time.getUTCHours(), time.getUTCMinutes()])).toEqual(Array(5).fill([HOUR, 0]));
    expect(daily!.ticks).toHaveLength(5);
    expect(daily!.ticks[0]!.plannedAt.getTime()).toBeGreaterThan(daily!.ticks[4]!.plannedAt.getTime());
    expect(await schedules().preview('daily', 2)).toEqual(daily!.next.slice(0, 2));
  });

  it.each(['294276-12-31', '0044-03-15 BC', 'infinity', '-infinity'])('shows a next run at %s', async (time) => {
    await rows('update job_schedules set next_run_at = $1', [time]);
    expect(JSON.parse(JSON.stringify(await schedules().list()))).toMatchObject([{ name: 'daily' }]);
  });

  it('shows no times of a text that it does not understand', async () => {
    await rows(`update job_schedules set cron = 'rubbish', next_run_at = now() - interval '1 minute'`);
    expect(await schedules().list()).toMatchObject([{ cron: 'rubbish', next: [] }]);
  });

  describe('a run that is asked for', () => {
    it('fires once in the whole fleet, with the time of the request as its tick', async () => {
      await boot(OLD);
      const { runRequestedAt, nextRunAt } = await schedules().runNow('daily', { actor: 'ada' });
      expect((await schedules().runNow('daily')).runRequestedAt).toEqual(runRequestedAt);
      await runEnds();
      await Promise.all(hosts.map(look));
      expect(fired).toEqual([runRequestedAt!.toISOString()]);
      const after = await schedules().get('daily');
      expect(after).toMatchObject({ nextRunAt, lastPlannedAt: runRequestedAt, runRequestedAt: null });
      expect(after.ticks.map(({ plannedAt }) => plannedAt)).toEqual([runRequestedAt]);
      expect(await rows('select actor, action, details from job_audit')).toEqual([
        { actor: 'ada', action: 'schedule.run', details: { schedule: 'daily' } },
      ]);
    });

    it('fires soon in another process that works, which hears of it', async () => {
      await host.close();
      hosts.length = 0;
      const { url } = database;
      const worker = await startHost({ url, providers: [OLD, NoteProcessor] });
      host = await startHost({ url, jobs: { role: 'producer' } });
      hosts.push(worker, host);
      await eventually(() => worker.get<WorkerStatus>(WorkerStatus, { strict: false }).listening);
      await schedules().runNow('daily');
      await eventually(isDone);
      expect(fired).toHaveLength(1);
    });

    it('fires although the schedule is paused, which it stays', async () => {
      await schedules().pause('daily');
      await schedules().runNow('daily');
      await runEnds();
      expect(fired).toHaveLength(1);
      expect(await schedules().get('daily')).toMatchObject({ paused: true, nextRunAt: null, next: [] });
    });

    it('is not tried again if it fails, and the ticks go on', async () => {
      failing = true;
      const { nextRunAt } = await schedules().runNow('daily');
      await runEnds();
      await Promise.all(hosts.map(look));
      expect(fired).toHaveLength(1);
      const after = await schedules().get('daily');
      expect(after).toMatchObject({ failures: 1, nextRunAt, ticks: [] });
      expect(after.lastError).toContain('out of paper');
      failing = false;
      await schedules().runNow('daily');
      await runEnds();
      expect(await schedules().get('daily')).toMatchObject({ failures: 0, lastError: null });
    });

    it('comes after a tick that is due, which it does not replace', async () => {
      await rows(`update job_schedules set next_run_at = date_trunc('second', now()) - interval '1 minute',
        run_requested_at = date_trunc('milliseconds', now())`);
      await runEnds();
      expect(fired).toHaveLength(2);
      expect(fired[0]! < fired[1]!).toBe(true);
      expect((await schedules().get('daily')).ticks).toHaveLength(2);
    });

    it('does not wait for the retry of a tick that failed', async () => {
      await rows(`update job_schedules set next_run_at = now() - interval '1 minute', retry_at = now() + interval '1 hour'`);
      await schedules().runNow('daily');
      await runEnds();
      expect(fired).toHaveLength(1);
    });

    it('is refused if no running process has the schedule', async () => {
      await host.close();
      hosts.length = 0;
      await withServer(database.url, (client) =>
        client.query(`update job_schedules set updated_at = now() - interval '2 minutes'`),
      );
      host = await startHost({ url: database.url, jobs: { role: 'producer' } });
      hosts.push(host);
      await expect(schedules().runNow('daily', { actor: 'ada' })).rejects.toMatchObject({
        code: 'JOBS_SCHEDULE_NOT_HELD',
      });
      expect(await schedules().get('daily')).toMatchObject({ held: false, runRequestedAt: null });
      expect(await rows('select from job_audit')).toEqual([]);
    });
  });

  describe('a pause', () => {
    it('outlasts boots, also with another cron text, and makes up for nothing', async () => {
      expect(await schedules().pause('daily', { actor: 'ada' })).toMatchObject({
        paused: true,
        pausedAt: expect.any(Date),
        pausedBy: 'ada',
        nextRunAt: null,
      });
      await boot(OLD);
      const recent = await boot(NEW);
      await look(recent);
      expect(await schedules().get('daily')).toMatchObject({
        paused: true,
        pausedBy: 'ada',
        cron: `30 ${HOUR} * * *`,
      });
      const resumed = await schedules().resume('daily', { actor: 'bob' });
      expect(resumed).toMatchObject({ paused: false, pausedAt: null, pausedBy: null });
      expect([resumed.nextRunAt!.getUTCHours(), resumed.nextRunAt!.getUTCMinutes()]).toEqual([HOUR, 30]);
      expect(resumed.nextRunAt!.getTime()).toBeGreaterThan(Date.now());
      await Promise.all(hosts.map(look));
      expect(fired).toEqual([]);
      expect(await rows('select actor, action from job_audit order by created_at, id')).toEqual([
        { actor: 'ada', action: 'schedule.pause' },
        { actor: 'bob', action: 'schedule.resume' },
      ]);
    });

    it('drops a tick that was due', async () => {
      await rows(`update job_schedules set next_run_at = now() - interval '1 minute', retry_at = now() + interval '1 hour'`);
      await schedules().pause('daily');
      await schedules().resume('daily');
      await Promise.all(hosts.map(look));
      expect(fired).toEqual([]);
    });

    it('by hand is shown and can be resumed', async () => {
      await rows(`update job_schedules set next_run_at = 'infinity'`);
      expect(await schedules().get('daily')).toMatchObject({
        paused: true,
        pausedAt: expect.any(Date),
        pausedBy: null,
      });
      expect(await schedules().resume('daily')).toMatchObject({ paused: false, nextRunAt: expect.any(Date) });
    });

    it('that ended by hand is over', async () => {
      await schedules().pause('daily', { actor: 'ada' });
      await rows(`update job_schedules set next_run_at = now() + interval '1 hour'`);
      expect(await schedules().get('daily')).toMatchObject({ paused: false, pausedAt: null, pausedBy: null });
    });

    it('rolls back with the transaction of the caller', async () => {
      const rolledBack = host.dataSource.transaction(async (manager) => {
        expect(await schedules().pause('daily', { manager })).toMatchObject({ paused: true });
        throw new Error('changed my mind');
      });
      await expect(rolledBack).rejects.toThrow('changed my mind');
      expect(await schedules().get('daily')).toMatchObject({ paused: false });
    });

    it('waits for a tick that is running, and gives up in time', async () => {
      await withServer(database.url, async (other) => {
        await other.query('begin');
        await other.query('select from job_schedules for update');
        await expect(schedules().pause('daily', { actor: 'ada' })).rejects.toMatchObject({
          code: 'JOBS_SCHEDULE_RUNNING',
        });
        await other.query('rollback');
      });
      expect(await rows('select from job_audit')).toEqual([]);
      expect(await schedules().pause('daily')).toMatchObject({ paused: true });
    });
  });

  it('leaves a schedule that is not paused as it is when it is resumed', async () => {
    const { nextRunAt } = await schedules().get('daily');
    expect(await schedules().resume('daily')).toMatchObject({ paused: false, nextRunAt });
  });

  it('stays paused if its text names no time here', async () => {
    await schedules().pause('daily');
    await rows(`update job_schedules set time_zone = 'Moon/Base'`);
    await expect(schedules().resume('daily')).rejects.toMatchObject({ code: 'JOBS_SCHEDULE_WITHOUT_TIMES' });
    expect(await schedules().get('daily')).toMatchObject({ paused: true });
  });

  it('refuses names that nobody has, and what is no name', async () => {
    for (const call of ['pause', 'resume', 'runNow', 'get', 'preview'] as const) {
      await expect(schedules()[call]('dayly')).rejects.toMatchObject({
        code: 'JOBS_UNKNOWN_SCHEDULE',
        fix: 'Did you mean "daily"?',
      });
      await expect(schedules()[call]('no name')).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    }
    await expect(schedules().preview('daily', 101)).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    await expect(schedules().pause('daily', { actor: '' })).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
  });
});
