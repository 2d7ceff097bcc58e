import { Injectable } from '@nestjs/common';
import { ProcessesJob, type JobProcessor } from '@monstera/jobs';
import type { Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { cleanup, tablesOf } from '../apps/admin-host.js';
import { eventually } from '../support/index.js';
import { accessibilityOf, overflowOf, PHONE, takePicture } from './browser.js';
import { dashboardLab, VIEWER } from './lab.js';

const PLANNED = '2035-05-01T00:00:00.000Z';

@Injectable()
@ProcessesJob(cleanup)
class CleanupProcessor implements JobProcessor<typeof cleanup> {
  async process(): Promise<void> {}
}

describe('when many jobs run, in a browser', () => {
  const lab = dashboardLab({ processors: [CleanupProcessor] });

  const query = <Row>(text: string): Promise<Row[]> => lab.host().get(DataSource).query(text);

  const seed = (count: number, status = 'pending') =>
    query(`
      insert into jobs (type, status, payload, scheduled_at, completed_at)
      select 'data_cleanup', '${status}', '{"days_to_keep":90}', '${PLANNED}', case when '${status}' = 'failed' then now() end
      from generate_series(1, ${count})`);

  /** Each batch takes so much longer, as on a busy server. */
  async function slowBatches(seconds: number): Promise<void> {
    await query(`
      create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(${seconds}); return new; end $$`);
    await query('create trigger slow before update on job_operations for each row execute function slow()');
  }

  afterEach(() => query('drop function if exists slow() cascade'));

  /** How many jobs are due at each time. */
  const dueTimes = async () => {
    const rows = await query<{ at: Date; n: number }>(
      'select scheduled_at as at, count(*)::int as n from jobs group by 1 order by 1',
    );
    return rows.map(({ at, n }) => [at.toISOString(), n]);
  };

  async function openPending(page: Page): Promise<void> {
    await page.goto('/jobs?q=status:pending');
    await page.getByRole('checkbox', { name: 'Select this page' }).waitFor();
  }

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  it('reschedules selected jobs to a time, after it has said how many, and begins anew at the top', async () => {
    await seed(3);
    const page = await lab.open();
    await openPending(page);
    for (const row of [1, 2]) await page.getByRole('checkbox').nth(row).check();
    await button(page, 'Reschedule').click();
    const dialog = page.getByRole('dialog', { name: 'Reschedule 2 jobs?' });
    await dialog.getByText('Nothing brings their old times back.').waitFor();
    await dialog.getByRole('button', { name: 'Keep as it is' }).click();
    await eventually(async () => expect(await focused(page)).toBe('Reschedule'));

    await page.keyboard.press('Enter');
    await dialog.getByLabel('Due').fill('2036-02-03T09:30:00');
    await dialog.getByRole('button', { name: 'Reschedule' }).click();
    await page.getByText('2 jobs changed.').waitFor();
    expect(await dueTimes()).toEqual([
      [PLANNED, 1],
      ['2036-02-03T00:30:00.000Z', 2],
    ]);
    expect(await tablesOf(lab.host()).audit()).toMatchObject([
      { action: 'jobs.reschedule', details: { to: '2036-02-03T00:30:00.000Z', changed: 2, skipped: 0 } },
    ]);
    await eventually(() => page.evaluate<boolean>('document.activeElement.id === "content"'));
  });

  it('puts off all that match in the background, by so much each, and shows the progress', async () => {
    await slowBatches(0.3);
    await seed(2_500);
    const page = await lab.open();
    await openPending(page);
    await page.getByRole('checkbox', { name: 'Select this page' }).check();
    await page.getByRole('button', { name: 'Select all 2,500 jobs that match' }).click();
    await button(page, 'Reschedule').click();
    const dialog = page.getByRole('dialog', { name: 'Reschedule 2,500 jobs?' });
    await dialog.getByLabel('Later than planned').check();
    await dialog.getByLabel('By how much').fill('2 hours');
    await dialog.getByRole('button', { name: 'Reschedule' }).click();
    await dialog.getByText('Write 30m, 2h or 1d, or -2h for two hours earlier.').waitFor();
    expect(await dueTimes()).toEqual([[PLANNED, 2_500]]);

    await dialog.getByLabel('By how much').fill('-2h');
    await dialog.getByRole('button', { name: 'Reschedule' }).click();
    await page.getByText('It goes on in the background.').waitFor();
    await page.getByText('1,000 of 2,500 jobs').waitFor();
    await page.getByText('Reschedule: 2,500 jobs changed.').waitFor({ timeout: 30_000 });
    expect(await dueTimes()).toEqual([['2035-04-30T22:00:00.000Z', 2_500]]);
  }, 60_000);

  it('runs now all that match and are for later', async () => {
    await seed(1_200);
    const page = await lab.open();
    await openPending(page);
    await page.getByRole('checkbox', { name: 'Select this page' }).check();
    await page.getByRole('button', { name: 'Select all 1,200 jobs that match' }).click();
    await button(page, 'Run now').click();
    const dialog = page.getByRole('dialog', { name: 'Run 1,200 jobs now?' });
    await dialog.getByText('Nothing brings their old times back.').waitFor();
    await dialog.getByRole('button', { name: 'Run now' }).click();
    await page.getByText('Run now: 1,200 jobs changed.').waitFor({ timeout: 30_000 });
    await eventually(
      async () => expect(await query(`select from jobs where status = 'completed'`)).toHaveLength(1_200),
      { timeoutMs: 30_000 },
    );
  }, 90_000);

  it('offers what the searched states allow, and runs finished jobs again', async () => {
    await seed(2, 'failed');
    const page = await lab.open();
    await page.goto('/jobs?q=status:failed');
    await page.getByRole('checkbox', { name: 'Select this page' }).check();
    const offered = page.locator('.selection').getByRole('button');
    expect(await offered.allTextContents()).toEqual(['Retry', 'Run again', 'Delete', 'Select none']);
    await button(page, 'Run again').click();
    await page.getByRole('dialog', { name: 'Run 2 jobs again?' }).getByRole('button', { name: 'Run again' }).click();
    await page.getByText('2 jobs changed.').waitFor();
    await eventually(async () =>
      expect(await query('select status, count(*)::int as n from jobs group by 1 order by 1')).toEqual([
        { status: 'completed', n: 2 },
        { status: 'failed', n: 2 },
      ]),
    );
  });

  it('lets no viewer do it, and says why', async () => {
    await seed(1);
    const page = await lab.open(VIEWER);
    await openPending(page);
    await page.getByRole('checkbox').nth(1).check();
    await page.locator('[aria-disabled=true]', { hasText: 'Reschedule' }).waitFor();
    await button(page, 'Reschedule').click({ force: true });
    await page.getByText('You may look, but not change anything').last().waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('is in Japanese, fits a phone, and moves no row away under the finger', async () => {
    await seed(8);
    const page = await lab.open(undefined, { locale: 'ja', colorScheme: 'dark', viewport: PHONE });
    await page.goto('/jobs?q=status:pending');
    const boxes = page.getByRole('checkbox');
    const placeOf = async (row: number) => (await boxes.nth(row).boundingBox())!.y;
    await boxes.nth(2).waitFor();
    const before = await placeOf(2);
    await boxes.nth(1).check();
    await button(page, '予定変更').waitFor();
    expect(await placeOf(2)).toBe(before);
    expect([await accessibilityOf(page), await overflowOf(page)]).toEqual([[], 0]);
    await takePicture(page, 'selection-dark-ja-phone');
    await button(page, '予定変更').click();
    const dialog = page.getByRole('dialog', { name: '1 件の予定を変更しますか？' });
    await dialog.getByLabel('予定からずらす').check();
    await dialog.getByLabel('ずらす時間').fill('1d');
    expect([await accessibilityOf(page), await overflowOf(page)]).toEqual([[], 0]);
    await takePicture(page, 'bulk-reschedule-dark-ja-phone');
    await dialog.getByRole('button', { name: '予定変更' }).click();
    await page.getByText('1 件のジョブを変更しました。').waitFor();
    expect(await dueTimes()).toEqual([
      [PLANNED, 7],
      ['2035-05-02T00:00:00.000Z', 1],
    ]);
  });

  const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent');
});
