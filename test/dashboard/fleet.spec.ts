import { eventually } from '../support/index.js';
import { dashboardLab } from './lab.js';
import { seedJob } from './seed.js';
import { stubFleet } from './stubs.js';

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
    await page.goto('/jobs/schedules');
    await page.getByRole('button', { name: 'Pause nightly_digest' }).click();
    await page.getByRole('button', { name: 'Run now hourly_sync' }).click();

    await eventually(() => expect(sent).toHaveLength(4));
    expect(sent).toEqual([
      'queues/default/pause',
      'queues/mail/resume',
      'schedules/nightly_digest/pause',
      'schedules/hourly_sync/run',
    ]);
  });

  it('retries all jobs of an error in two clicks', async () => {
    for (const n of [1, 2])
      await seedJob(lab.host(), { type: 'mail', status: 'failed', errors: [`connect ECONNREFUSED 10.0.0.${n}`] });
    const page = await lab.open();
    await stubFleet(page);
    let body: unknown;
    await page.route(/actions\/retry/, (route) => {
      body = route.request().postDataJSON();
      return route.fulfill({ json: { changed: 2, skipped: 0, more: false } });
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
