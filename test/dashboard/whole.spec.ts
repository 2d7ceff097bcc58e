import { Injectable } from '@nestjs/common';
import { ProcessesJob, ScheduledJob, type JobProcessor } from '@monstera/jobs';
import { DataSource } from 'typeorm';
import { API, cleanup, startAdminHost, tablesOf, TOKEN } from '../apps/admin-host.js';
import { eventually } from '../support/index.js';
import { openPage, signIn, useBrowser, type WatchedPage } from './browser.js';
import { seedJob } from './seed.js';
import { useStarted } from '../support/use-started.js';
import { FAR } from '../support/far-cron.js';

let fired = 0;

@Injectable()
@ProcessesJob(cleanup)
class CleanupProcessor implements JobProcessor<typeof cleanup> {
  async process(): Promise<string> {
    return 'clean';
  }

  @ScheduledJob(FAR, { name: 'daily' })
  async daily(): Promise<void> {
    fired++;
  }
}

describe('the dashboard of a whole application', () => {
  const browser = useBrowser();
  const host = useStarted((url) => startAdminHost(url, { production: true, adminToken: TOKEN }, [CleanupProcessor]));
  let watched: WatchedPage;

  beforeAll(async () => {
    watched = await openPage(browser, host);
    await signIn(watched.page);
  });

  const query = <Row>(text: string): Promise<Row[]> => host.get(DataSource).query(text);
  const actions = async () => (await tablesOf(host).audit()).map(({ action }) => action);

  it('shows its worker, and each reason of its verdict', async () => {
    const { page } = watched;
    await page.goto('/jobs/workers');
    await page.getByText(String(process.pid)).first().waitFor();
    const answer = await page.request.get(`${API}/overview`);
    const { reasons } = (await answer.json()) as { reasons: { message: string }[] };
    expect(reasons.length).toBeGreaterThan(0);
    await page.goto('/jobs/overview');
    for (const { message } of reasons) await page.getByText(message).waitFor();
  });

  it('pauses and resumes a queue', async () => {
    const { page } = watched;
    const paused = () => query<{ name: string }>(`select name from job_queues where paused_at is not null`);
    await page.goto('/jobs/queues');
    await page.getByRole('button', { name: 'Pause default' }).click();
    await eventually(async () => expect(await paused()).toEqual([{ name: 'default' }]));
    await page.getByRole('button', { name: 'Resume default' }).click();
    await eventually(async () => expect(await paused()).toEqual([]));
    expect(await actions()).toEqual(['queue.pause', 'queue.resume']);
  });

  it('pauses and resumes a type', async () => {
    const { page } = watched;
    const paused = () => query<{ type: string }>(`select type from job_types where paused_at is not null`);
    await page.goto('/jobs/performance?type=data_cleanup');
    await page.getByRole('button', { name: 'Pause data_cleanup' }).click();
    await eventually(async () => expect(await paused()).toEqual([{ type: 'data_cleanup' }]));
    await page.goto('/jobs/overview');
    await page.getByText('These types are paused: data_cleanup (0 jobs wait).').waitFor();
    await page.goto('/jobs/queues');
    await page.getByRole('heading', { name: 'Paused types' }).waitFor();
    await page.getByRole('button', { name: 'Resume data_cleanup' }).click();
    await eventually(async () => expect(await paused()).toEqual([]));
    await page.getByRole('heading', { name: 'Paused types' }).waitFor({ state: 'detached' });
    expect((await actions()).slice(2)).toEqual(['type.pause', 'type.resume']);
  });

  it('runs a schedule now, once, and pauses it', async () => {
    const { page } = watched;
    await page.goto('/jobs/schedules');
    await page.getByRole('button', { name: 'Run now daily' }).click();
    await eventually(() => expect(fired).toBe(1));
    await page.getByRole('button', { name: 'Pause daily' }).click();
    await page.getByRole('button', { name: 'Resume daily' }).waitFor();
    expect(fired).toBe(1);
    expect((await actions()).slice(4)).toEqual(['schedule.run', 'schedule.pause']);
  });

  it('retries all jobs of one error, and shows in the audit who did', async () => {
    const { page } = watched;
    for (const n of [1, 2, 3])
      await seedJob(host, {
        type: 'data_cleanup',
        status: 'failed',
        payload: '{"days_to_keep":30}',
        errors: [`Error: connect ECONNREFUSED 10.0.0.${n}:5432`],
      });
    await page.goto('/jobs/errors');
    await page.getByRole('button', { name: 'Retry all' }).click();
    await page.getByRole('dialog', { name: 'Retry 3 jobs?' }).getByRole('button', { name: 'Retry' }).click();
    await page.getByText('3 jobs changed').waitFor();
    await eventually(async () =>
      expect(await query('select status, count(*)::int from jobs group by 1')).toEqual([
        { status: 'completed', count: 3 },
      ]),
    );
    await page.goto('/jobs/audit');
    await page.getByText('jobs.retry').first().waitFor();
    expect(watched.offences).toEqual([]);
  });
});
