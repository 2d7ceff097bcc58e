import { JobNotFoundError } from '@monstera/jobs';
import { eventually } from '../support/index.js';
import { DAILY, MadeLab } from './made-lab.js';
import { useStarted } from '../support/use-started.js';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

describe('the ticks of a schedule that is made at run time', () => {
  const lab = useStarted((url) => MadeLab.start(url));

  afterEach(() => lab.clear());

  describe('while a job of an earlier tick is unfinished', () => {
    const status = async (id: string) => {
      const job = await lab.hosts[0]!.jobs.get(id);
      if (!job) throw new JobNotFoundError(id);
      return job.status;
    };

    it('adds another one with overlap "allow"', async () => {
      await lab.schedules.create(DAILY);
      await lab.fire();
      await lab.fire();
      expect((await lab.added()).map((job) => job.status)).toEqual(['pending', 'pending']);
    });

    it('skips the tick with "skip", goes on, and does not count it', async () => {
      await lab.schedules.create({ ...DAILY, overlap: 'skip', times: 5 });
      await lab.fire();
      const { ticks, timesLeft, nextRunAt } = await lab.fire();
      const [job, ...others] = await lab.added();
      expect(others).toEqual([]);
      expect(ticks.map(({ outcome, jobId }) => [outcome, jobId])).toEqual([
        ['skipped', job!.id],
        ['fired', job!.id],
      ]);
      expect(timesLeft).toBe(4);
      expect(nextRunAt!.getTime()).toBeGreaterThan(Date.now());
      await lab.hosts[0]!.jobs.cancel(job!.id);
      expect((await lab.fire()).ticks[0]).toMatchObject({ outcome: 'fired' });
    });

    it('cancels that job with "replace"', async () => {
      await lab.schedules.create({ ...DAILY, overlap: 'replace' });
      await lab.fire();
      const { ticks } = await lab.fire();
      const [first, second] = await lab.added();
      expect(await status(first!.id)).toBe('cancelled');
      expect(await status(second!.id)).toBe('pending');
      expect(ticks[0]).toMatchObject({ outcome: 'replaced', jobId: second!.id });
    });
  });

  it('makes up for the last so many missed ticks, oldest first', async () => {
    await lab.schedules.create({ ...DAILY, cron: '0 * * * *', catchUp: { last: 3 } });
    await lab.rows(`update job_schedules set next_run_at = date_trunc('hour', now(), 'UTC') - interval '9 hours'`);
    const { ticks, catchUp } = await lab.fired('daily_note', 3);
    await lab.look();
    const hour = Math.floor(Date.now() / 3_600_000);
    expect(catchUp).toEqual({ last: 3 });
    expect(ticks.map(({ plannedAt }) => plannedAt.getTime() / 3_600_000 - hour)).toEqual([0, -1, -2]);
  });

  it('fires no tick after its end, and makes up for those before it', async () => {
    await lab.schedules.create({ ...DAILY, cron: '0 * * * *', catchUp: 'all', endsAt: inDays(1) });
    await lab.rows(
      `update job_schedules set next_run_at = date_trunc('hour', now(), 'UTC') - interval '3 hours',
         ends_at = date_trunc('hour', now(), 'UTC') - interval '90 minutes'`,
    );
    const { ticks, endedAt } = await lab.fired('daily_note', 2);
    await lab.look();
    expect(ticks).toHaveLength(2);
    expect(endedAt).toEqual(expect.any(Date));
    expect((await lab.schedules.get('daily_note')).ticks).toHaveLength(2);
  });

  it('does not fire before its start', async () => {
    const startsAt = inDays(10);
    const { next } = await lab.schedules.create({ ...DAILY, startsAt });
    expect(next[0]!.getTime()).toBeGreaterThanOrEqual(startsAt.getTime());
    expect(next[0]!.getTime() - startsAt.getTime()).toBeLessThan(86_400_000);
  });

  it('shows a tick that failed, and the same tick again once it has fired', async () => {
    await lab.schedules.create(DAILY);
    await lab.rows(`update job_schedules set payload = '{"text":7}'`);
    const failed = await lab.fire();
    expect(failed).toMatchObject({ failures: 1, lastError: expect.stringContaining('payload.text') });
    expect(failed.ticks).toEqual([
      expect.objectContaining({ outcome: 'failed', jobId: null, error: failed.lastError }),
    ]);
    await lab.schedules.change('daily_note', { payload: { text: 'mended' } });
    await lab.rows('update job_schedules set retry_at = null');
    const ticks = await eventually(async () => {
      await lab.look();
      const now = await lab.schedules.get('daily_note');
      expect(now.ticks[0]!.outcome).toBe('fired');
      return now.ticks;
    });
    expect(ticks.map(({ plannedAt }) => plannedAt)).toEqual([failed.ticks[0]!.plannedAt]);
    expect(await lab.added()).toHaveLength(1);
  });

  it('fires when it is run by hand, in a process that has no schedule of its own', async () => {
    await lab.schedules.create(DAILY);
    await lab.schedules.runNow('daily_note');
    const { ticks, nextRunAt } = await lab.fired('daily_note', 1);
    expect(ticks).toMatchObject([{ outcome: 'fired' }]);
    expect(nextRunAt!.getTime()).toBeGreaterThan(Date.now());
  });
});
