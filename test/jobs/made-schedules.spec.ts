import type { NewSchedule } from '@monstera/jobs';
import { DAILY, MadeLab } from './made-lab.js';
import { useStarted } from '../support/use-started.js';
import { FAR } from '../support/far-cron.js';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

describe('a schedule that is made at run time', () => {
  const lab = useStarted((url) => MadeLab.start(url));

  afterEach(() => lab.clear());

  it('enqueues its job with its payload, in any process, and tells what became of each tick', async () => {
    const made = await lab.schedules.create(DAILY, { actor: 'ada' });
    expect(made).toMatchObject({ job: 'note', cron: FAR, timeZone: 'UTC', setBy: 'ada', ticks: [], endedAt: null });
    expect(made.next).toHaveLength(5);
    expect(await lab.schedules.payload('daily_note')).toEqual({ text: 'hello' });
    const fired = await lab.fire();
    const [job] = await lab.added();
    expect(job).toMatchObject({ status: 'pending', payload: { text: 'hello' } });
    expect(fired.ticks).toEqual([expect.objectContaining({ outcome: 'fired', jobId: job!.id, error: null })]);
    expect(fired).toMatchObject({ held: true, nextRunAt: made.nextRunAt, lastPlannedAt: fired.ticks[0]!.plannedAt });
    expect(await lab.rows('select actor, action, details from job_audit')).toEqual([
      {
        actor: 'ada',
        action: 'schedule.create',
        details: expect.objectContaining({ schedule: 'daily_note', job: 'note', cron: FAR }),
      },
    ]);
  });

  it('rolls back with the transaction of the caller', async () => {
    const rolledBack = lab.hosts[0]!.dataSource.transaction(async (manager) => {
      await lab.schedules.create(DAILY, { manager, actor: 'ada' });
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await lab.schedules.list()).toEqual([]);
    expect(await lab.rows('select from job_audit')).toEqual([]);
  });

  describe('is refused', () => {
    it.each<[string, Partial<Record<keyof NewSchedule, unknown>>, string]>([
      ['a name that is none', { name: 'no name' }, 'name'],
      ['cron text that is none', { cron: 'daily' }, 'cron'],
      ['cron text that would fill the memory', { cron: '0-99999999 * * * *' }, 'cron'],
      ['a step that would fill the memory', { cron: '0-59/0.0000001 * * * *' }, 'cron'],
      ['cron text of another type', { cron: 5 }, 'cron'],
      ['a day that there is not', { cron: '0 0 30 2 *' }, 'cron'],
      ['an unknown zone', { timeZone: 'Moon/Base' }, 'timeZone'],
      ['an unknown overlap', { overlap: 'queue' }, 'overlap'],
      ['an unknown way of catching up', { catchUp: 'lastest' }, 'catchUp'],
      ['too many ticks to make up for', { catchUp: { last: 101 } }, 'catchUp.last'],
      ['a bound of another name', { catchUp: { first: 3 } }, 'catchUp'],
      ['ticks to make up for that would skip each other', { catchUp: 'all', overlap: 'skip' }, 'catchUp'],
      ['a negative jitter', { jitterMs: -1 }, 'jitterMs'],
      ['a jitter of two days', { jitterMs: 172_800_000 }, 'jitterMs'],
      ['no times', { times: 0 }, 'times'],
      ['an end in the past', { endsAt: new Date(0) }, 'endsAt'],
      ['an end before the start', { startsAt: inDays(3), endsAt: inDays(2) }, 'endsAt'],
      ['no time between start and end', { startsAt: inDays(2), endsAt: new Date(inDays(2).getTime() + 1) }, 'endsAt'],
      ['a start that is no time', { startsAt: new Date(Number.NaN) }, 'startsAt'],
      ['an option that does not exist', { catchup: 'all' } as object, 'catchup'],
    ])('with %s', async (_, wrong, path) => {
      const creating = lab.schedules.create({ ...DAILY, ...wrong } as NewSchedule, { actor: 'ada' });
      await expect(creating).rejects.toMatchObject({
        code: 'JOBS_INVALID_OPTION',
        issues: expect.arrayContaining([expect.objectContaining({ path: expect.stringContaining(path) })]),
      });
      expect(await lab.rows('select from job_schedules')).toEqual([]);
      expect(await lab.rows('select from job_audit')).toEqual([]);
    });

    it('with a payload that does not match the definition, or is too large', async () => {
      await expect(lab.schedules.create({ ...DAILY, payload: { text: 7 } })).rejects.toMatchObject({
        code: 'JOBS_INVALID_PAYLOAD',
        issues: [expect.objectContaining({ path: 'payload.text' })],
      });
      await expect(lab.schedules.create({ ...DAILY, payload: { text: 'x'.repeat(300_000) } })).rejects.toMatchObject({
        code: 'JOBS_PAYLOAD_TOO_LARGE',
      });
    });

    it('with a type that nobody has registered, but not with one of another application', async () => {
      await expect(lab.schedules.create({ ...DAILY, job: 'remind' })).rejects.toMatchObject({
        code: 'JOBS_UNKNOWN_TYPE',
      });
      await lab.rows(
        `insert into job_types (type, queue, priority, max_attempts, timeout_ms, retry)
         values ('remind', 'notes', 3, 2, 1000, '{"type":"exponential","initialDelayMs":1000,"maxDelayMs":1000,"jitter":0}')`,
      );
      await lab.schedules.create({ ...DAILY, job: 'remind', payload: { any: 'thing' } });
      await lab.fire();
      expect(await lab.rows('select type, queue, priority, max_attempts, payload from jobs')).toEqual([
        { type: 'remind', queue: 'notes', priority: 3, max_attempts: 2, payload: { any: 'thing' } },
      ]);
    });

    it('with a name that is taken', async () => {
      await lab.schedules.create(DAILY);
      await expect(lab.schedules.create(DAILY)).rejects.toMatchObject({ code: 'JOBS_SCHEDULE_EXISTS' });
    });

    it('from 1,000 on', async () => {
      await lab.rows(
        `insert into job_schedules (name, cron, time_zone, catch_up, job_type, payload, next_run_at)
         select 'made_' || n, '0 0 1 1 *', 'UTC', 'latest', 'note', '{}', 'infinity' from generate_series(1, 1000) as n`,
      );
      await expect(lab.schedules.create(DAILY)).rejects.toMatchObject({ code: 'JOBS_TOO_MANY_SCHEDULES' });
      await expect(lab.schedules.upsert(DAILY)).rejects.toMatchObject({ code: 'JOBS_TOO_MANY_SCHEDULES' });
    });
  });

  describe('that is upserted', () => {
    it('is made once, however many processes do it at once, and gets exactly the settings given last', async () => {
      await Promise.all([1, 2, 3, 4].map(() => lab.schedules.upsert({ ...DAILY, overlap: 'skip', jitterMs: 1_000 })));
      expect(await lab.schedules.list()).toMatchObject([{ name: 'daily_note', overlap: 'skip', jitterMs: 1_000 }]);
      await lab.schedules.pause('daily_note');
      const again = await lab.schedules.upsert({ ...DAILY, payload: { text: 'bye' } });
      expect(again).toMatchObject({ overlap: 'allow', jitterMs: 0, paused: true });
      expect(await lab.schedules.payload('daily_note')).toEqual({ text: 'bye' });
    });

    it('does not count its times anew', async () => {
      await lab.schedules.upsert({ ...DAILY, times: 3 });
      await lab.fire();
      expect(await lab.schedules.upsert({ ...DAILY, times: 3 })).toMatchObject({ times: 3, timesLeft: 2 });
      expect(await lab.schedules.upsert({ ...DAILY, times: 5 })).toMatchObject({ times: 5, timesLeft: 5 });
    });
  });

  describe('that is changed', () => {
    it('keeps what is not given, and writes down what is', async () => {
      const { nextRunAt } = await lab.schedules.create({ ...DAILY, overlap: 'skip' });
      const changed = await lab.schedules.change('daily_note', { jitterMs: 5 }, { actor: 'bob' });
      expect(changed).toMatchObject({ overlap: 'skip', jitterMs: 5, nextRunAt, setBy: 'bob' });
      await lab.schedules.change('daily_note', { payload: { text: 'new' } });
      await lab.fire();
      expect((await lab.added()).map(({ payload }) => payload.text)).toEqual(['new']);
      expect(await lab.rows('select action, details from job_audit')).toEqual([
        { action: 'schedule.change', details: { schedule: 'daily_note', jitterMs: 5 } },
      ]);
    });

    it('fires by its new text from now on, and still fires what was due', async () => {
      await lab.schedules.create(DAILY);
      // In one statement, or the application could fire it in between.
      await lab.rows(
        `update job_schedules
         set next_run_at = date_trunc('second', now()) - interval '1 minute', retry_at = now() + interval '1 hour'`,
      );
      const { nextRunAt } = await lab.schedules.get('daily_note');
      const changed = await lab.schedules.change('daily_note', { cron: '30 3 1 1 *' });
      expect(changed.nextRunAt).toEqual(nextRunAt);
      const { ticks, next } = await lab.fired('daily_note', 1);
      expect(ticks.map(({ plannedAt }) => plannedAt)).toEqual([nextRunAt]);
      expect(next.map((time) => time.toISOString().slice(5, 16))).toEqual(Array(5).fill('01-01T03:30'));
    });

    it('is refused if its new job comes without a payload', async () => {
      await lab.schedules.create(DAILY);
      await expect(lab.schedules.change('daily_note', { job: 'note' })).rejects.toMatchObject({
        code: 'JOBS_INVALID_OPTION',
      });
      await expect(lab.schedules.change('daily_note', { payload: { text: 7 } })).rejects.toMatchObject({
        code: 'JOBS_INVALID_PAYLOAD',
      });
      await expect(lab.schedules.reset('daily_note')).rejects.toMatchObject({ code: 'JOBS_SCHEDULE_NOT_DECLARED' });
    });

    it('begins again with a later end once it has ended', async () => {
      await lab.schedules.create({ ...DAILY, times: 1 });
      const ended = await lab.fire();
      expect(ended).toMatchObject({
        timesLeft: 0,
        nextRunAt: null,
        next: [],
        paused: false,
        endedAt: expect.any(Date),
      });
      await expect(lab.schedules.pause('daily_note')).rejects.toMatchObject({ code: 'JOBS_SCHEDULE_ENDED' });
      const again = await lab.schedules.change('daily_note', { times: 2 });
      expect(again).toMatchObject({ timesLeft: 2, endedAt: null, nextRunAt: expect.any(Date) });
    });
  });

  it('leaves nothing but its jobs when it is removed', async () => {
    await lab.schedules.create(DAILY);
    await lab.fire();
    await lab.schedules.remove('daily_note', { actor: 'ada' });
    expect(await lab.schedules.list()).toEqual([]);
    expect(await lab.rows('select from job_schedule_ticks')).toEqual([]);
    expect(await lab.added()).toHaveLength(1);
    await expect(lab.schedules.remove('daily_note')).rejects.toMatchObject({ code: 'JOBS_UNKNOWN_SCHEDULE' });
    await lab.schedules.create(DAILY);
    expect((await lab.fire()).ticks).toHaveLength(1);
  });

  it('previews times of a text that is not a schedule yet', async () => {
    const times = await lab.schedules.preview({ cron: '0 9 * * MON', timeZone: 'Asia/Tokyo' }, 3);
    expect(times).toHaveLength(3);
    for (const time of times) expect([time.getUTCDay(), time.getUTCHours()]).toEqual([1, 0]);
    await expect(lab.schedules.preview({ cron: '0-99999999 * * * *' })).rejects.toMatchObject({
      code: 'JOBS_INVALID_OPTION',
    });
  });
});
