import { DataSource } from 'typeorm';
import type { Page } from 'playwright-core';
import { API } from '../apps/admin-host.js';
import { accessibilityOf, overflowOf, PHONE, takePicture } from './browser.js';
import { dashboardLab, VIEWER } from './lab.js';
import { DAY_SERIES, FIRST_SERIES, TYPES } from './stubbed-statistics.js';
import { stubFleet } from './stubs.js';

const INSERT = `
  insert into job_stats
    (type, queue, span_s, starts_at, completed, retried, failed, cancelled, wait_ms, run_ms, waits, runs)
  select t, q, 60, date_bin(interval '1 minute', now() - m * interval '1 minute', timestamptz 'epoch'),
    n, 0, 1, 0, 12, 400, array_fill(0, array[20]) || n::int, array_fill(0, array[40]) || n::int
  from (values ('mail', 'default', 30), ('report', 'bulk', 2), ('', 'default', 30), ('', 'bulk', 2), ('', '', 32)) as v (t, q, n),
    generate_series(3, 40) as m`;

jest.setTimeout(60_000);

describe('statistics in a browser', () => {
  const lab = dashboardLab();

  beforeAll(() => lab.host().get(DataSource).query(INSERT));

  const chart = (page: Page, name: string) => page.getByRole('img', { name });
  const rowNames = (page: Page) => page.locator('table.types tbody th a').allTextContents();

  it('shows a viewer what ran, and how each type does', async () => {
    const page = await lab.open(VIEWER);
    await page.goto('/jobs/overview');
    await chart(page, 'Runs per minute. In total, 1,216 completed, 38 failed attempts.').waitFor();
    await chart(page, 'Waiting time').waitFor();
    await page.getByRole('link', { name: 'By type' }).click();

    await page.getByRole('heading', { name: 'Performance', exact: true }).waitFor();
    await chart(page, 'Run time').waitFor();
    expect(await rowNames(page)).toEqual(['mail', 'report']);
    await page.getByRole('link', { name: 'report' }).click();
    await chart(page, 'Runs per minute. In total, 76 completed, 38 failed attempts.').waitFor();
    expect(new URL(page.url()).search).toBe('?type=report');
    await page.getByRole('link', { name: '24 hours' }).click();
    await page.getByRole('link', { name: '24 hours' }).and(page.locator('[aria-current=true]')).waitFor();
    await chart(page, 'Runs per minute. In total, 76 completed').waitFor();
    expect(new URL(page.url()).searchParams.get('hours')).toBe('24');
    await page.getByRole('link', { name: 'All types' }).click();
    await chart(page, 'Runs per minute. In total, 1,216 completed').waitFor();
  });

  it('orders types by each column', async () => {
    const page = await lab.open();
    await stubFleet(page);
    await page.goto('/jobs/performance');
    const names = TYPES.types.map(({ type }) => type);
    await page.locator('table.types').waitFor();
    expect(await rowNames(page)).toEqual(names);
    const order = async (column: string) => {
      await page.getByRole('columnheader', { name: column }).getByRole('link').click();
      await page.locator(`th[aria-sort]:has-text("${column}")`).waitFor();
      return rowNames(page);
    };
    expect((await order('Run p95'))[0]).toBe('render_video');
    expect((await order('Wait p50')).at(-1)).toBe('weekly_report_reminder');
    expect((await order('Failed'))[0]).toBe('render_video');
    expect(await order('Type')).toEqual(names.toSorted());
  });

  it('has the values of a step below the pointer, and all of them in a table', async () => {
    const page = await lab.open();
    await stubFleet(page);
    await page.goto('/jobs/overview?hours=24');
    const panel = page.getByRole('region', { name: 'Waiting time' });
    await panel.getByRole('img').waitFor();
    const box = (await panel.locator('[data-area]').boundingBox())!;
    await page.mouse.move(box.x + box.width * (10.5 / 144), box.y + 20);
    await panel.locator('.plot-cursor').waitFor({ state: 'attached' });
    const { p50 } = DAY_SERIES.points[10]!.waitMs;
    await panel
      .locator('.legend')
      .getByText(`${Math.round(p50)} ms`)
      .waitFor();

    await panel.getByText('As a table').click();
    await panel.getByRole('table').waitFor();
    expect(await panel.locator('tbody tr').count()).toBe(144);
    await page.keyboard.press('Escape');
    expect(await accessibilityOf(page)).toEqual([]);
  });

  it('shows the first minute of a new installation, and that it is not over', async () => {
    const page = await lab.open();
    await page.route(`**${API}/stats/series?**`, (route) => route.fulfill({ json: FIRST_SERIES }));
    await page.goto('/jobs/overview');
    const panel = page.getByRole('region', { name: 'Runs per minute' });
    await panel.locator('.legend').getByText('not over yet').waitFor();
    await panel.locator('.legend').getByText('17', { exact: true }).waitFor();
    await panel.getByText('As a table').click();
    await panel.locator('tbody tr', { hasText: 'not over yet' }).getByText('17', { exact: true }).waitFor();
    expect(await panel.locator('tbody tr', { hasText: 'not over yet' }).count()).toBe(1);
  });

  it('says that nothing ran', async () => {
    const page = await lab.open();
    await page.goto('/jobs/performance?type=never_ran');
    await page.getByText('Nothing ran in this period.').first().waitFor();
    expect(await page.getByText('Nothing ran in this period.').count()).toBe(3);
    await page.goto('/jobs/performance?hours=7');
    await page.getByRole('link', { name: '1 hour' }).and(page.locator('[aria-current=true]')).waitFor();
  });

  it.each([
    ['light', undefined],
    ['dark', undefined],
    ['light', PHONE],
    ['dark', PHONE],
  ] as const)('is accessible and fits: %s, %j', async (colorScheme, viewport) => {
    const page = await lab.open(undefined, { colorScheme, reducedMotion: 'reduce', ...(viewport && { viewport }) });
    await stubFleet(page);
    for (const [name, path] of [
      ['overview-charts', '/jobs/overview?hours=24'],
      ['performance', '/jobs/performance'],
    ] as const) {
      await page.goto(path);
      await chart(page, 'Waiting time').waitFor();
      if (name === 'performance') await page.locator('table.types').waitFor();
      await takePicture(page, `${name}-${colorScheme}-${viewport ? 'phone' : 'desk'}`);
      expect([name, await accessibilityOf(page)]).toEqual([name, []]);
      expect([name, await overflowOf(page)]).toEqual([name, 0]);
    }
  });

  it('loads charts only where they are shown', async () => {
    const page = await lab.open(null);
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    await page.goto('/jobs/sign-in?token=token-of-a-viewer');
    await page.getByRole('heading', { name: 'There are no jobs yet' }).waitFor();
    expect(loaded.filter((path) => /charts|performance/.test(path))).toEqual([]);
    const answers: string[] = [];
    page.on('request', (request) => answers.push(request.url()));
    await page.keyboard.press('p');
    await chart(page, 'Run time').waitFor();
    expect(loaded.some((path) => /performance/.test(path))).toBe(true);
    expect(answers.some((url) => url.includes(`${API}/stats/types`))).toBe(true);
  });
});
