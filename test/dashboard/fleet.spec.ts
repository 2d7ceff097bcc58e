import { tablesOf } from '../apps/admin-host.js';
import { eventually } from '../support/index.js';
import { dashboardLab } from './lab.js';
import { seedJob } from './seed.js';
import { OVERVIEW, stubFleet } from './stubs.js';

describe('the screens of the fleet in a browser', () => {
  const lab = dashboardLab();

  it('steers queues and schedules', async () => {
    const page = await lab.open();
    await stubFleet(page);
    const sent: string[] = [];
    await page.route(/\/(pause|resume|run)$/, (route) => {
      sent.push(new URL(route.request().url()).pathname.split('/v1/')[1]!);
      return route.fulfill({ json: {} });
    });
    await page.goto('/jobs/queues');
    await page.getByRole('button', { name: 'Pause default' }).click();
    await page.getByRole('button', { name: 'Resume mail' }).click();
    await page.getByRole('button', { name: 'Resume weekly_report_reminder' }).click();
    await page.goto('/jobs/performance?type=send_invoice');
    await page.getByRole('button', { name: 'Pause send_invoice' }).click();
    await page.goto('/jobs/schedules');
    await page.getByRole('button', { name: 'Pause nightly_digest' }).click();
    await page.getByRole('button', { name: 'Run now hourly_sync' }).click();

    await eventually(() => expect(sent).toHaveLength(6));
    expect(sent).toEqual([
      'queues/default/pause',
      'queues/mail/resume',
      'types/weekly_report_reminder/resume',
      'types/send_invoice/pause',
      'schedules/nightly_digest/pause',
      'schedules/hourly_sync/run',
    ]);
  });

  it('makes, edits and removes a schedule, and previews its times', async () => {
    const page = await lab.open();
    await page.goto('/jobs/schedules');
    await page.getByRole('button', { name: 'New schedule' }).click();
    const dialog = page.getByRole('dialog', { name: 'A new schedule' });
    await dialog.getByLabel('Name').fill('weekly_held');
    await dialog.getByLabel('Job type').fill('held');
    await dialog.getByLabel('Time zone').fill('Asia/Tokyo');
    await dialog.getByLabel('Cron text').fill('0-99999999 * * * *');
    await dialog.getByText(/cron: .*is not cron text/).waitFor();
    await dialog.getByLabel('Cron text').fill('0 9 * * FRI');
    await dialog.getByText('Every Friday at 09:00').waitFor();
    await eventually(async () => expect(await dialog.locator('.times li').allTextContents()).toHaveLength(5));
    expect(await dialog.locator('.times li').first().textContent()).toMatch(/9:00:00.*in \d/);
    await dialog.getByLabel('Payload').fill('{');
    await dialog.getByText('This is not JSON.').waitFor();
    await dialog.getByLabel('Payload').fill('{"id":12345678901234567890}');
    await dialog.getByRole('button', { name: 'New schedule' }).click();
    await dialog.getByText(/payload\.id .* is beyond 2\^53/).waitFor();
    await dialog.getByLabel('Payload').fill('{"id":7}');
    await dialog.getByRole('button', { name: 'New schedule' }).click();
    await page.getByText('weekly_held is made.').waitFor();
    await page.getByText('enqueues held').waitFor();

    await page.getByRole('button', { name: 'Edit weekly_held' }).click();
    const edit = page.getByRole('dialog', { name: 'Edit weekly_held' });
    await edit.getByLabel('While its last job is unfinished').selectOption('skip');
    await edit.getByLabel('Missed ticks').selectOption('all');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.getByText(/cannot make up for many ticks/).waitFor();
    await edit.getByLabel('Missed ticks').selectOption('latest');
    await edit.getByRole('button', { name: 'Save' }).click();
    await page.getByText('skip the tick').waitFor();

    await page.getByRole('button', { name: 'Remove weekly_held' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('There are no schedules').waitFor();
    const actions = (await tablesOf(lab.host()).audit()).map(({ action }) => action);
    expect(actions).toEqual(['schedule.create', 'schedule.change', 'schedule.remove']);
  });

  it('opens the job of a tick', async () => {
    const page = await lab.open();
    await stubFleet(page);
    await page.goto('/jobs/schedules');
    await page.getByRole('link', { name: 'job', exact: true }).first().click();
    await page.getByRole('heading', { name: 'There is no such job' }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/jobs\/job\/018f0000-/);
  });

  it('shows no more busy slots than a worker has, what it has claimed ahead, and no version that nobody knows', async () => {
    const page = await lab.open();
    await stubFleet(page);
    await page.goto('/jobs/workers');
    const textOf = (host: string) => page.getByRole('row').filter({ hasText: host }).textContent();
    await page.getByText('worker-91aa').first().waitFor();
    expect(await textOf('worker-91aa')).toContain('10/104 claimed ahead');
    expect(await textOf('worker-91aa')).not.toContain('unknown');
    expect(await textOf('worker-7c9f')).toMatch(/process 17 · 1\.42\.0.*7\/10(?!.*claimed)/);
    await stubFleet(page, { overview: { ...OVERVIEW, version: 'unknown' } });
    await page.goto('/jobs/overview');
    await page.getByRole('heading', { name: 'Something needs attention' }).waitFor();
    expect(await page.getByText('Version').count()).toBe(0);
  });

  it('drains workers and sets their slots', async () => {
    const page = await lab.open();
    await stubFleet(page);
    const sent: [string, unknown][] = [];
    await page.route(/workers\/[^/]+\/(drain|concurrency)$/, (route) => {
      sent.push([new URL(route.request().url()).pathname.split('/').at(-1)!, route.request().postDataJSON()]);
      return route.fulfill({ json: { workers: 1 } });
    });
    await page.goto('/jobs/workers');
    await page.getByRole('button', { name: 'Drain worker-7c9f' }).click();
    await page.getByRole('dialog', { name: 'Drain worker-7c9f?' }).getByRole('button', { name: 'Drain' }).click();
    await page.getByText('worker-7c9f starts no more jobs.').waitFor();
    await page.getByRole('button', { name: 'Set slots worker-7c9f' }).click();
    const dialog = page.getByRole('dialog', { name: 'Slots of worker-7c9f' });
    await dialog.getByText('Its pool of connections allows 18.').waitFor();
    await dialog.getByLabel('Slots').fill('15');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('worker-7c9f runs up to 15 jobs at once.').waitFor();
    expect(sent).toEqual([
      ['drain', {}],
      ['concurrency', { concurrency: 15 }],
    ]);
    expect(await page.getByRole('button', { name: 'Drain worker-0b1d' }).count()).toBe(0);
  });

  it('retries all jobs of an error in two clicks', async () => {
    for (const n of [1, 2])
      await seedJob(lab.host(), { type: 'mail', status: 'failed', errors: [`connect ECONNREFUSED 10.0.0.${n}`] });
    const page = await lab.open();
    await stubFleet(page);
    let body: unknown;
    await page.route(/actions\/retry/, (route) => {
      body = route.request().postDataJSON();
      return route.fulfill({ json: { changed: 2, skipped: 0, refused: 0, more: false } });
    });
    await page.goto('/jobs/errors');
    await page.getByRole('button', { name: 'Retry all' }).first().click();
    await page.getByRole('dialog', { name: 'Retry 2 jobs?' }).getByRole('button', { name: 'Retry' }).click();
    await page.getByText('2 jobs changed').waitFor();
    expect(body).toEqual({
      filter: { type: ['mail'], status: ['failed'], error: 'connect ECONNREFUSED' },
      atMost: 1_000_000,
    });
  });
});
