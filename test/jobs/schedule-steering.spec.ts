import { withServer } from '../support/server-connection.js';
import { fired, NEW, OLD, ScheduleLab } from './schedule-lab.js';
import { useStarted } from '../support/use-started.js';
import { FAR, FAR_HOUR } from '../support/far-cron.js';

describe('JobSchedules', () => {
  const lab = useStarted((url) => ScheduleLab.start(url), { each: true });

  it('shows the next five times and the last ticks', async () => {
    await lab.rows(
      `insert into job_schedule_ticks (name, planned_at)
       select 'daily', now() - n * interval '1 day' from generate_series(1, 7) as n`,
    );
    const [daily] = await lab.schedules.list();
    expect(daily).toMatchObject({
      name: 'daily',
      cron: FAR,
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
    expect(daily!.next.map((time) => [time.getUTCHours(), time.getUTCMinutes()])).toEqual(Array(5).fill([FAR_HOUR, 0]));
    expect(daily!.ticks).toHaveLength(5);
    expect(daily!.ticks[0]!.plannedAt.getTime()).toBeGreaterThan(daily!.ticks[4]!.plannedAt.getTime());
    expect(await lab.schedules.preview('daily', 2)).toEqual(daily!.next.slice(0, 2));
  });

  it.each(['294276-12-31', '0044-03-15 BC', 'infinity', '-infinity'])('shows a next run at %s', async (time) => {
    await lab.rows('update job_schedules set next_run_at = $1', [time]);
    expect(JSON.parse(JSON.stringify(await lab.schedules.list()))).toMatchObject([{ name: 'daily' }]);
  });

  it('shows no times of a text that it does not understand', async () => {
    await lab.rows(`update job_schedules set cron = 'rubbish', next_run_at = now() - interval '1 minute'`);
    expect(await lab.schedules.list()).toMatchObject([{ cron: 'rubbish', next: [] }]);
  });

  describe('a pause', () => {
    it('outlasts boots, also with another cron text, and makes up for nothing', async () => {
      expect(await lab.schedules.pause('daily', { actor: 'ada' })).toMatchObject({
        paused: true,
        pausedAt: expect.any(Date),
        pausedBy: 'ada',
        nextRunAt: null,
      });
      await lab.boot([OLD]);
      await lab.boot([NEW]);
      await lab.look();
      expect(await lab.schedules.get('daily')).toMatchObject({
        paused: true,
        pausedBy: 'ada',
        cron: `30 ${FAR_HOUR} * * *`,
      });
      const resumed = await lab.schedules.resume('daily', { actor: 'bob' });
      expect(resumed).toMatchObject({ paused: false, pausedAt: null, pausedBy: null });
      expect([resumed.nextRunAt!.getUTCHours(), resumed.nextRunAt!.getUTCMinutes()]).toEqual([FAR_HOUR, 30]);
      expect(resumed.nextRunAt!.getTime()).toBeGreaterThan(Date.now());
      await lab.look();
      expect(fired).toEqual([]);
      expect(await lab.rows('select actor, action from job_audit order by created_at, id')).toEqual([
        { actor: 'ada', action: 'schedule.pause' },
        { actor: 'bob', action: 'schedule.resume' },
      ]);
    });

    it('drops a tick that was due', async () => {
      await lab.rows(
        `update job_schedules set next_run_at = now() - interval '1 minute', retry_at = now() + interval '1 hour'`,
      );
      await lab.schedules.pause('daily');
      await lab.schedules.resume('daily');
      await lab.look();
      expect(fired).toEqual([]);
    });

    it('by hand is shown and can be resumed', async () => {
      await lab.rows(`update job_schedules set next_run_at = 'infinity'`);
      expect(await lab.schedules.get('daily')).toMatchObject({
        paused: true,
        pausedAt: expect.any(Date),
        pausedBy: null,
      });
      expect(await lab.schedules.resume('daily')).toMatchObject({ paused: false, nextRunAt: expect.any(Date) });
    });

    it('that ended by hand is over', async () => {
      await lab.schedules.pause('daily', { actor: 'ada' });
      await lab.rows(`update job_schedules set next_run_at = now() + interval '1 hour'`);
      expect(await lab.schedules.get('daily')).toMatchObject({ paused: false, pausedAt: null, pausedBy: null });
    });

    it('rolls back with the transaction of the caller', async () => {
      const rolledBack = lab.hosts[0]!.dataSource.transaction(async (manager) => {
        expect(await lab.schedules.pause('daily', { manager })).toMatchObject({ paused: true });
        throw new Error('changed my mind');
      });
      await expect(rolledBack).rejects.toThrow('changed my mind');
      expect(await lab.schedules.get('daily')).toMatchObject({ paused: false });
    });

    it('waits for a tick that is running, and gives up in time', async () => {
      await withServer(lab.url, async (other) => {
        await other.query('begin');
        await other.query('select from job_schedules for update');
        await expect(lab.schedules.pause('daily', { actor: 'ada' })).rejects.toMatchObject({
          code: 'JOBS_SCHEDULE_RUNNING',
        });
        await other.query('rollback');
      });
      expect(await lab.rows('select from job_audit')).toEqual([]);
      expect(await lab.schedules.pause('daily')).toMatchObject({ paused: true });
    });
  });

  it('leaves a schedule that is not paused as it is when it is resumed', async () => {
    const { nextRunAt } = await lab.schedules.get('daily');
    expect(await lab.schedules.resume('daily')).toMatchObject({ paused: false, nextRunAt });
  });

  it('stays paused if its text names no time here', async () => {
    await lab.schedules.pause('daily');
    await lab.rows(`update job_schedules set time_zone = 'Moon/Base'`);
    await expect(lab.schedules.resume('daily')).rejects.toMatchObject({ code: 'JOBS_SCHEDULE_WITHOUT_TIMES' });
    expect(await lab.schedules.get('daily')).toMatchObject({ paused: true });
  });

  it('refuses names that nobody has, and what is no name', async () => {
    for (const call of ['pause', 'resume', 'runNow', 'get', 'preview'] as const) {
      await expect(lab.schedules[call]('dayly')).rejects.toMatchObject({
        code: 'JOBS_UNKNOWN_SCHEDULE',
        fix: 'Did you mean "daily"?',
      });
      await expect(lab.schedules[call]('no name')).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    }
    await expect(lab.schedules.preview('daily', 101)).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
    await expect(lab.schedules.pause('daily', { actor: '' })).rejects.toMatchObject({ code: 'JOBS_INVALID_OPTION' });
  });
});
