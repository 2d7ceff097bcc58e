import { eventually } from '../support/index.js';
import { NEW, OLD, ScheduleLab } from './schedule-lab.js';
import { useStarted } from '../support/use-started.js';
import { FAR, FAR_HOUR } from '../support/far-cron.js';

const CODE = { cron: FAR, timeZone: 'UTC' };
const SET = `15 ${FAR_HOUR} * * *`;

describe('the text of a method that an operator replaces', () => {
  const lab = useStarted((url) => ScheduleLab.start(url), { each: true });

  const minutesOf = (times: readonly Date[]) => [...new Set(times.map((time) => time.getUTCMinutes()))];

  it('is in force at once, and after restarts of the same code', async () => {
    const changed = await lab.schedules.change('daily', { cron: SET }, { actor: 'ada' });
    expect(changed).toMatchObject({ cron: SET, declared: CODE, setBy: 'ada', setAt: expect.any(Date), held: true });
    await lab.close();
    await lab.boot([OLD]);
    await lab.look();
    const after = await lab.schedules.get('daily');
    expect(after).toMatchObject({ cron: SET, declared: CODE, setBy: 'ada', held: true });
    expect(minutesOf(after.next)).toEqual([15]);
    expect(await lab.rows('select actor, action, details from job_audit')).toEqual([
      { actor: 'ada', action: 'schedule.change', details: { schedule: 'daily', cron: SET } },
    ]);
  });

  it('fires by that text', async () => {
    await lab.schedules.change('daily', { cron: SET });
    await lab.rows(`update job_schedules set next_run_at = date_trunc('second', now()) - interval '1 minute'`);
    await eventually(async () => {
      await lab.look();
      expect(await lab.schedules.get('daily')).toMatchObject({ ticks: [{ outcome: 'fired' }] });
    });
    expect((await lab.schedules.get('daily')).nextRunAt!.getUTCMinutes()).toBe(15);
  });

  it('ends when the code has another one', async () => {
    await lab.schedules.change('daily', { cron: SET });
    await lab.boot([NEW]);
    const after = await lab.schedules.get('daily');
    expect(after).toMatchObject({ cron: `30 ${FAR_HOUR} * * *`, declared: null, setAt: null, setBy: null });
    expect(minutesOf(after.next)).toEqual([30]);
  });

  it('ends when it is reset, or set to the text of the code', async () => {
    await lab.schedules.change('daily', { cron: SET, timeZone: 'Asia/Tokyo' });
    await lab.schedules.change('daily', { cron: `45 ${FAR_HOUR} * * *` });
    const reset = await lab.schedules.reset('daily', { actor: 'ada' });
    expect(reset).toMatchObject({ ...CODE, declared: null });
    expect(minutesOf(reset.next)).toEqual([0]);
    await lab.schedules.change('daily', { cron: SET });
    expect(await lab.schedules.change('daily', CODE)).toMatchObject({ ...CODE, declared: null });
    await lab.look();
    expect(await lab.schedules.get('daily')).toMatchObject({ ...CODE, held: true });
  });

  it('is not fired by a version whose code has another text', async () => {
    await lab.boot([NEW]);
    await lab.schedules.change('daily', { cron: SET });
    await lab.rows(`update job_schedules set updated_at = now() - interval '31 seconds'`);
    await lab.look();
    expect(await lab.schedules.get('daily')).toMatchObject({ cron: SET, declared: { cron: `30 ${FAR_HOUR} * * *` } });
  });

  it('leaves a pause as it is', async () => {
    await lab.schedules.pause('daily');
    expect(await lab.schedules.change('daily', { cron: SET })).toMatchObject({ paused: true, next: [] });
    expect(minutesOf((await lab.schedules.resume('daily')).next)).toEqual([15]);
  });

  it('is all that can be changed, and only by a valid one', async () => {
    for (const changes of [{ overlap: 'skip' }, { payload: {} }, { endsAt: null }] as const)
      await expect(lab.schedules.change('daily', changes)).rejects.toMatchObject({ code: 'JOBS_SCHEDULE_DECLARED' });
    await expect(lab.schedules.change('daily', { cron: 'rubbish' })).rejects.toMatchObject({
      code: 'JOBS_INVALID_OPTION',
    });
    await expect(lab.schedules.remove('daily')).rejects.toMatchObject({ code: 'JOBS_SCHEDULE_DECLARED' });
    await lab.rows(
      `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
       values ('note', 'default', 5, 5, 1000, '{"type":"exponential","initialDelayMs":1000,"maxDelayMs":1000,"jitter":0}')`,
    );
    const upserting = lab.schedules.upsert({ name: 'daily', cron: SET, job: 'note' });
    await expect(upserting).rejects.toMatchObject({ code: 'JOBS_SCHEDULE_DECLARED' });
    expect(await lab.schedules.get('daily')).toMatchObject({ ...CODE, declared: null });
  });

  it('goes with its schedule, which can be removed once no process has it', async () => {
    await lab.boot([]);
    await lab.hosts[0]!.close();
    lab.hosts.splice(0, 1);
    await lab.rows(`update job_schedules set updated_at = now() - interval '91 seconds'`);
    await lab.schedules.remove('daily');
    expect(await lab.schedules.list()).toEqual([]);
  });

  it('does not take the name from a schedule that was made at run time', async () => {
    await lab.rows(
      `update job_schedules set job_type = 'note', payload = '{}', cron = '0 0 1 1 *', updated_at = now() - interval '1 day'`,
    );
    await lab.boot([OLD]);
    await lab.look();
    expect(await lab.schedules.get('daily')).toMatchObject({ job: 'note', cron: '0 0 1 1 *', declared: null });
  });
});
