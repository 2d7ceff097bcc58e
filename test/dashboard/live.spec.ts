import { DataSource } from 'typeorm';
import type { Page } from 'playwright-core';
import { LogStore } from '../../libs/jobs/src/store/log.store.js';
import { ManagerExecutor } from '../../libs/jobs/src/store/connection/executors.js';
import { API } from '../apps/admin-host.js';
import { eventually } from '../support/index.js';
import { accessibilityOf, overflowOf, PHONE, signIn, takePicture } from './browser.js';
import { dashboardLab } from './lab.js';
import { seedJob } from './seed.js';

const EVENTS = new RegExp(`${API}/events`);

describe('a screen that is kept up to date', () => {
  const lab = dashboardLab();

  const dataSource = () => lab.host().get(DataSource);
  let logged = 0;
  const log = (id: string, message: string, fields: object | null = null) =>
    new LogStore(new ManagerExecutor(dataSource())).append(0, [
      {
        id,
        run: 0,
        attempt: 1,
        runLine: ++logged,
        loggedMs: Date.now(),
        message,
        fields: fields && JSON.stringify(fields),
      },
    ]);

  /** A job as if a worker ran it. */
  const runningJob = async () => {
    logged = 0;
    const id = await seedJob(lab.host());
    await dataSource().query(
      `update jobs set status = 'processing', attempts = 1, started_at = now(), worker_id = id where id = $1`,
      [id],
    );
    return id;
  };

  /** How often the page has asked for a path. */
  const requestsOf = (page: Page, path: RegExp) => {
    const asked = { count: 0 };
    page.on('request', (request) => void (path.test(request.url()) && asked.count++));
    return asked;
  };

  it('shows progress, its note and new log lines of a running job without reading the job again', async () => {
    const id = await runningJob();
    await log(id, 'first line', { rows: 7 });
    const page = await lab.open();
    await page.goto(`/jobs/job/${id}`);
    const lines = page.getByRole('region', { name: 'Log' }).getByRole('listitem');
    await eventually(async () => expect(await lines.count()).toBe(1));
    expect(await lines.first().textContent()).toMatch(/Attempt 1first line\{"rows":7\}$/);
    const asked = requestsOf(page, /\/logs|\/jobs\/[\da-f-]{36}$/);

    for (let i = 0; i < 30; i++) await log(id, `line ${i} <img src=x onerror=alert(1)>`);
    await dataSource().query(`update jobs set progress = 40, progress_note = '<b>page</b> 3' where id = $1`, [id]);
    await page.getByText('<b>page</b> 3').waitFor();
    await eventually(async () => expect(await lines.count()).toBe(31));
    expect(asked.count).toBe(0);
    expect(await page.getByRole('region', { name: 'Log' }).evaluate((box) => box.scrollTop)).toBeGreaterThan(0);
    expect(await accessibilityOf(page)).toEqual([]);
    await takePicture(page, 'job-live');

    await dataSource().query(
      `update jobs set status = 'completed', completed_at = now(), worker_id = null, result = '{"done":1}' where id = $1`,
      [id],
    );
    await page.getByText('"done": 1').waitFor();
    await page.getByRole('button', { name: 'Run again' }).waitFor();
  });

  it.each(['light', 'dark'] as const)('shows a log at the width of a phone (%s)', async (colorScheme) => {
    const id = await runningJob();
    await dataSource().query(`update jobs set progress = 72, progress_note = 'Page 8 of 11' where id = $1`, [id]);
    await log(id, 'Rendering the pages of a very long report with_a_word_that_has_no_place_to_break_anywhere_at_all');
    await log(id, 'ページを作成しました', {
      page: 8,
      url: 'https://example.com/a/very/long/path/to/a/page?with=a&query=too',
    });
    const page = await lab.open(undefined, { viewport: PHONE, colorScheme });
    await page.goto(`/jobs/job/${id}`);
    await page.getByText('Page 8 of 11').waitFor();
    await page.getByText('ページを作成しました').waitFor();
    expect(await overflowOf(page)).toBe(0);
    expect(await accessibilityOf(page)).toEqual([]);
    await takePicture(page, `job-live-phone-${colorScheme}`);
  });

  it('says that lines were dropped', async () => {
    const id = await runningJob();
    logged = 41;
    await log(id, 'after many others');
    const page = await lab.open();
    await page.goto(`/jobs/job/${id}`);
    expect(await page.getByText(/lines were dropped/).textContent()).toContain('41 lines were dropped.');
  });

  it('shows new jobs by itself, and not while its reader has paused that', async () => {
    const page = await lab.open();
    await seedJob(lab.host(), { type: 'first_one' });
    await page.getByRole('link', { name: 'first_one' }).waitFor();
    const asked = requestsOf(page, EVENTS);
    await page.getByRole('button', { name: 'Live' }).click();
    await seedJob(lab.host(), { type: 'second_one' });
    const other = await page.context().newPage();
    await other.goto('/jobs');
    await other.getByRole('link', { name: 'second_one' }).waitFor();
    await seedJob(lab.host(), { type: 'third_one' });
    await other.getByRole('link', { name: 'third_one' }).waitFor();
    expect(await page.getByRole('link', { name: 'second_one' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Paused' }).click();
    await page.getByRole('link', { name: 'second_one' }).waitFor();
    expect(asked.count).toBe(1);
  });

  it('reads by itself where the server sends no events, and connects again when it does', async () => {
    const page = await lab.open(null);
    await page.route(EVENTS, (route) => route.fulfill({ status: 503, json: {} }));
    await page.goto('/jobs/sign-in?token=token-of-an-operator');
    const asked = requestsOf(page, EVENTS);
    await seedJob(lab.host(), { type: 'found_alone' });
    await page.getByRole('link', { name: 'found_alone' }).waitFor();
    await page.unroute(EVENTS);
    const before = asked.count;
    await eventually(() => expect(asked.count).toBeGreaterThan(before), { timeoutMs: 20_000 });
  }, 30_000);

  it('takes at most four connections of a browser, however many tabs it has, and all are kept up to date', async () => {
    const first = await lab.open(null);
    const pages = [first];
    const asked = requestsOf(first, EVENTS);
    await signIn(first);
    for (let i = 0; i < 7; i++) {
      const page = await first.context().newPage();
      page.on('request', (request) => void (EVENTS.test(request.url()) && asked.count++));
      pages.push(page);
      await page.goto('/jobs');
    }
    await seedJob(lab.host(), { type: 'for_all' });
    for (const page of pages) await page.getByRole('link', { name: 'for_all' }).waitFor();
    expect(asked.count).toBe(4);
  }, 40_000);
});
