import type { Page, Route } from 'playwright-core';
import { eventually } from '../support/index.js';
import { PHONE } from './browser.js';
import { dashboardLab } from './lab.js';
import { seedJob } from './seed.js';

describe('how the pages treat their readers, in a browser', () => {
  const lab = dashboardLab();

  const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent');

  it('put the focus back where it was when a dialog closes, and let no key through it', async () => {
    await seedJob(lab.host());
    const page = await lab.open();
    const opener = page.getByRole('button', { name: 'Columns' });
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Columns' });
    await dialog.getByRole('button', { name: 'Done' }).focus();
    await page.keyboard.press('q');
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('w');
    expect([await dialog.count(), new URL(page.url()).pathname]).toEqual([1, '/jobs']);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'detached' });
    await eventually(async () => expect(await focused(page)).toBe('Columns'));
    await page.keyboard.press('q');
    await page.getByRole('heading', { name: 'Queues', level: 1 }).waitFor();
  });

  it('copy code on a page that is not from a secure address, and say if that is not possible', async () => {
    const page = await lab.open();
    await page.addInitScript(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`);
    await page.reload();
    await page.getByRole('button', { name: 'Copy: There are no jobs yet' }).click();
    await page.getByRole('button', { name: 'Copied: There are no jobs yet' }).waitFor();
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('Control+V');
    expect(await page.getByRole('searchbox').inputValue()).toContain("type: 'send_welcome'");
    await page.evaluate('document.execCommand = () => false');
    await page.getByRole('button', { name: 'Copy: There are no jobs yet' }).click();
    await page.getByRole('button', { name: 'Not copied: There are no jobs yet' }).waitFor();
  });

  it('leave an error where it is while they try again', async () => {
    const page = await lab.open();
    let asked = 0;
    await page.route(/api\/v1\/queues/, (route) => {
      asked++;
      return route.abort();
    });
    await page.goto('/jobs/queues');
    await page.getByText('The server does not answer.').waitFor();
    await page.evaluate(`
      window.vanished = 0;
      new MutationObserver(() => document.querySelector('main [role=alert]') || window.vanished++)
        .observe(document.querySelector('main'), { childList: true, subtree: true })`);
    const before = asked;
    await page.getByRole('button', { name: 'Try again' }).click();
    await eventually(() => expect(asked).toBeGreaterThan(before + 1), { timeoutMs: 8_000 });
    expect(await page.evaluate('window.vanished')).toBe(0);
    await page.unroute(/api\/v1\/queues/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('keep the room of a list until the next one is there, and let nobody act on it', async () => {
    await seedJob(lab.host(), { type: 'first' });
    await seedJob(lab.host(), { type: 'second', status: 'failed', errors: ['x'] });
    const page = await lab.open();
    await page.getByRole('link', { name: 'first' }).waitFor();
    const held: Route[] = [];
    await page.route(/api\/v1\/jobs\?.*status=failed/, (route) => void held.push(route));
    await page.getByRole('link', { name: 'Failed' }).click();
    await eventually(() => expect(held).toHaveLength(1));
    expect(await page.locator('.found[inert] tbody tr').count()).toBe(2);
    await held[0]!.continue();
    await eventually(async () => expect(await page.locator('tbody tr').count()).toBe(1));
    expect(await page.locator('.found[inert]').count()).toBe(0);
  });

  it('name each value that the server refuses', async () => {
    const id = await seedJob(lab.host(), { status: 'failed', errors: ['x'] });
    const page = await lab.open();
    await page.route(/\/retry$/, (route) =>
      route.fulfill({
        status: 400,
        json: {
          detail: 'The request is not valid.',
          issues: [{ path: 'filter.tag', message: 'is odd' }],
          fix: 'Correct it.',
        },
      }),
    );
    await page.goto(`/jobs/job/${id}`);
    await page.getByRole('button', { name: 'Retry' }).click();
    const notice = page.locator('.notice', { hasText: 'The request is not valid.' });
    await notice.waitFor();
    expect(await notice.textContent()).toContain('filter.tag is oddCorrect it.');
  });

  it('show on a phone which screen it is, and in the title which job', async () => {
    const id = await seedJob(lab.host(), { type: 'weekly_digest' });
    const page = await lab.open(undefined, { viewport: PHONE });
    await page.goto('/jobs/system');
    const link = page.getByRole('link', { name: 'System' });
    await eventually(async () => {
      const { x, width } = (await link.boundingBox())!;
      expect([x >= 0, x + width <= PHONE.width]).toEqual([true, true]);
    });
    await page.goto(`/jobs/job/${id}`);
    await eventually(async () => expect(await page.title()).toBe('weekly_digest · Jobs'));
    await page.getByRole('link', { name: 'Queues' }).click();
    await eventually(async () => expect(await page.title()).toBe('Queues · Jobs'));
  });
});
