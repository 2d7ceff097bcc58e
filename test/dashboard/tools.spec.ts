import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { eventually } from '../support/index.js';
import { PHONE } from './browser.js';
import { dashboardLab, VIEWER } from './lab.js';
import { seedJob } from './seed.js';
import { stubFleet } from './stubs.js';

const heads = (page: Page) => page.locator('thead th').allTextContents();

describe('what stands around the jobs, in a browser', () => {
  const lab = dashboardLab();

  it('shows the columns that were chosen, from search to search and page to page', async () => {
    for (let i = 0; i < 60; i += 1) await seedJob(lab.host(), { type: 'mail', uniqueKey: `key:${i}` });
    const page = await lab.open();
    await page.getByRole('link', { name: 'mail' }).first().waitFor();
    expect(await heads(page)).toEqual(['Select this page', 'State', 'Job', 'Queue', 'Attempts', 'When']);
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Unique key' }).check();
    await page.getByRole('checkbox', { name: 'Queue' }).uncheck();
    await page.getByRole('checkbox', { name: 'Created' }).check();
    await page.getByRole('button', { name: 'Done' }).click();
    const chosen = ['Select this page', 'State', 'Job', 'Attempts', 'Unique key', 'Created', 'When'];
    expect(await heads(page)).toEqual(chosen);
    expect(new URL(page.url()).searchParams.get('cols')).toBe('attempts,key,created,time');

    await page.getByRole('link', { name: 'Pending' }).click();
    await page.getByRole('link', { name: 'Next page' }).click();
    await eventually(async () => (await page.locator('tbody tr').count()) === 10);
    expect(await heads(page)).toEqual(chosen);
    expect(await page.locator('tbody tr').first().textContent()).toMatch(/key:\d+/);
    await page.reload();
    await page.getByRole('link', { name: 'mail' }).first().waitFor();
    expect(await heads(page)).toEqual(chosen);
  });

  it('shows the chosen values on a phone too', async () => {
    await seedJob(lab.host(), { type: 'mail', uniqueKey: 'invoice:7' });
    const page = await lab.open(undefined, { viewport: PHONE });
    await page.goto('/jobs?cols=key,time');
    await page.locator('.narrow').getByText('invoice:7').waitFor();
    expect(await page.getByText('invoice:7').count()).toBe(2);
  });

  it('exports what the search has found, and says how much that is', async () => {
    await seedJob(lab.host(), { type: 'mail', status: 'failed', errors: ['=1+1'] });
    await seedJob(lab.host(), { type: 'sms' });
    const page = await lab.open();
    await page.goto('/jobs?q=type:mail');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByText('The file has the jobs that match now: 1 job, newest first').waitFor();
    const saved = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: `Download ${name}` }).click(),
      ]);
      return [download.suggestedFilename(), await readFile(await download.path(), 'utf8')] as const;
    };
    const [csvName, csv] = await saved('CSV');
    expect(csvName).toMatch(/^jobs-\d{4}-\d\d-\d\d\.csv$/);
    expect(csv).toContain(',mail,default,failed,');
    expect(csv).toContain(",'=1+1,");
    expect(csv).not.toContain('sms');
    const [jsonName, json] = await saved('JSON');
    expect(jsonName).toMatch(/\.json$/);
    expect(JSON.parse(json)).toMatchObject({ jobs: [{ type: 'mail', error: '=1+1' }], more: false });
  });

  it('gives code that enqueues a job like this one, and shows every digit of it', async () => {
    const payload = '{"id":9007199254740993}';
    const id = await seedJob(lab.host(), { type: 'mail', status: 'completed', payload, result: '[9007199254740993]' });
    const page = await lab.open();
    await page.goto(`/jobs/job/${id}`);
    const shown = async (name: string) => page.getByRole('region', { name, exact: true }).textContent();
    await page.getByRole('region', { name: 'Payload' }).waitFor();
    expect(await shown('Payload')).toContain('"id": 9007199254740993');
    expect(await shown('Result')).toContain('9007199254740993');
    await page.getByText('The same as code').click();
    expect(await shown('Code')).toContain('await jobs.enqueueByType("mail", {\n  "id": 9007199254740993\n}');
    await page.getByText('The payload has a number that JavaScript rounds.').waitFor();
  });

  it('examines the system, and shows each finding with its remedy', async () => {
    const page = await lab.open();
    await page.getByRole('heading', { name: 'There are no jobs yet' }).waitFor();
    await page.keyboard.press('y');
    await page.getByRole('heading', { name: 'System', level: 1 }).waitFor();
    await page.getByRole('rowheader', { name: 'job_failures' }).waitFor();
    await page.getByText('PauseTypes').first().waitFor();
    await stubFleet(page);
    await page.keyboard.press('r');
    await page.getByRole('heading', { name: '1 problem · 1 to look at' }).waitFor();
    await page.getByText('select pg_terminate_backend(4711);').waitFor();
    expect(await page.getByRole('row').filter({ hasText: '5,612,034' }).textContent()).toContain('2.9 GB');
  });

  it('names the environment on every screen', async () => {
    const page = await lab.open(VIEWER);
    for (const screen of ['', '/overview', '/queues', '/enqueue', '/system']) {
      await page.goto(`/jobs${screen}`);
      await page.locator('.badge', { hasText: 'production' }).waitFor();
    }
    expect(await page.locator('.badge').allTextContents()).toEqual(['production', 'Viewer']);
  });

  it('has keys for all of it, and lists them', async () => {
    await seedJob(lab.host(), { type: 'mail' });
    const page = await lab.open();
    await page.getByRole('link', { name: 'mail' }).waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    const keys = await help.locator('kbd').allTextContents();
    for (const key of ['/', 'j', 'k', 'q', 'w', 's', 'r', '?']) expect(keys).toContain(key);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    const screens = [
      ['o', 'Overview'],
      ['q', 'Queues'],
      ['w', 'Workers'],
      ['s', 'Schedules'],
      ['e', 'Errors'],
      ['a', 'Audit'],
      ['n', 'Enqueue'],
      ['y', 'System'],
    ] as const;
    for (const [key, name] of screens) {
      await page.keyboard.press(key);
      await page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
    }
    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: 'Search' }).waitFor();
    await eventually(() => page.evaluate<boolean>('document.activeElement.type === "search"'));
    await page.keyboard.type('type:mail');
    await page.keyboard.press('Enter');
    await page.getByText('1 job match').waitFor();
    await page.keyboard.press('Escape');
    const request = page.waitForRequest(/api\/v1\/jobs\?/);
    await page.getByRole('link', { name: 'mail' }).focus();
    await page.keyboard.press('r');
    await request;
  });
});
