import { tablesOf, TOKEN } from '../apps/admin-host.js';
import { eventually } from '../support/index.js';
import { dashboardLab, VIEWER } from './lab.js';
import { seedJob } from './seed.js';
import { OVERVIEW, stubFleet, withoutRoutes } from './stubs.js';

describe('who uses the dashboard in a browser', () => {
  const lab = dashboardLab();

  it('lets a viewer look, and says why nothing else', async () => {
    await seedJob(lab.host(), { status: 'failed', errors: ['x'] });
    const page = await lab.open(VIEWER);
    await stubFleet(page, { overview: { ...OVERVIEW, role: 'viewer' } });
    await page.reload();
    await page.getByRole('link', { name: 'data_cleanup' }).click();
    const retry = page.getByRole('button', { name: 'Retry' });
    await page.locator('[aria-disabled=true]', { hasText: 'Retry' }).waitFor();
    await retry.click({ force: true });
    await page.getByText('You may look, but not change anything').last().waitFor();
    expect(await tablesOf(lab.host()).audit()).toEqual([]);
  });

  it('shows the refusal of the server, and how to mend it', async () => {
    await seedJob(lab.host(), { status: 'failed', errors: ['x'] });
    const page = await lab.open(VIEWER);
    // So the page does not know who looks.
    await withoutRoutes(page, ['overview', 'events']);
    await page.reload();
    await page.getByRole('link', { name: 'data_cleanup' }).click();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('This token may read, but not change anything.').waitFor();
    await page.getByText('Set the option adminToken').waitFor();
    expect(await tablesOf(lab.host()).audit()).toEqual([]);
  });

  it('tells a stranger how to sign in, and takes the token there', async () => {
    const page = await lab.open(null);
    await page.goto('/jobs/queues');
    await page.getByRole('heading', { name: 'Sign in to see the jobs' }).waitFor();
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'That token is not the right one' }).waitFor();
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'There are no jobs yet' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/jobs');
    expect(page.url()).not.toContain(TOKEN);
    await page.getByRole('link', { name: 'Jobs' }).click();
    expect(new URL(page.url()).pathname).toBe('/jobs');
  });

  it('says plainly what a server does not have', async () => {
    const page = await lab.open();
    await withoutRoutes(page, ['overview', 'queues', 'workers', 'schedules', 'errors', 'audit']);
    for (const screen of ['overview', 'queues', 'workers', 'schedules', 'errors', 'audit']) {
      await page.goto(`/jobs/${screen}`);
      await page.getByText('This server does not have this part yet.').waitFor();
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    }
  });

  it('says that the server is away, and goes on when it is back', async () => {
    await seedJob(lab.host());
    const page = await lab.open();
    await page.getByRole('link', { name: 'data_cleanup' }).waitFor();
    await page.route(/api\/v1/, (route) => route.abort());
    await page.keyboard.press('r');
    await page.getByText('The server does not answer.').waitFor();
    expect(await page.getByRole('link', { name: 'data_cleanup' }).count()).toBe(1);
    await page.unroute(/api\/v1/);
    await eventually(async () => (await page.getByText('The server does not answer.').count()) === 0);
  });
});
