import { Injectable } from '@nestjs/common';
import { JobService, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import type { Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { cleanup, tablesOf } from '../apps/admin-host.js';
import { eventually } from '../support/index.js';
import { accessibilityOf, overflowOf, PHONE, takePicture } from './browser.js';
import { dashboardLab, VIEWER } from './lab.js';
import { seedJob } from './seed.js';
import { NEXT_YEAR } from '../support/next-year.js';

const MANY = 10_000;

@Injectable()
@ProcessesJob(cleanup)
class CleanupProcessor implements JobProcessor<typeof cleanup> {
  async process(): Promise<void> {}
}

describe('what changes many jobs, and what edits one, in a browser', () => {
  const lab = dashboardLab({ processors: [CleanupProcessor] });

  const query = <Row>(text: string): Promise<Row[]> => lab.host().get(DataSource).query(text);

  const countOf = async (status: string) => {
    const [row] = await query<{ n: number }>(`select count(*)::int as n from jobs where status = '${status}'`);
    return row!.n;
  };

  async function seedFailures(count: number): Promise<void> {
    await query(`
      insert into jobs (type, status, payload, error, attempts, started_at, completed_at)
      select 'data_cleanup', 'failed', '{"days_to_keep":90}', 'Error: connect ECONNREFUSED 10.0.0.7:25', 5, now(), now()
      from generate_series(1, ${count})`);
  }

  /** Each batch takes so much longer, as on a busy server. */
  async function slowBatches(seconds: number): Promise<void> {
    await query(`
      create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(${seconds}); return new; end $$`);
    await query('create trigger slow before update on job_operations for each row execute function slow()');
  }

  afterEach(() => query('drop function if exists slow() cascade; drop function if exists refuse() cascade'));

  /** Counts clicks, and remembers how far the progress was shown. */
  async function watchPage(page: Page): Promise<void> {
    await page.evaluate(`
      window.clicks = 0;
      window.shown = [];
      addEventListener('click', () => window.clicks++, true);
      setInterval(() => {
        const bar = document.querySelector('.operations progress');
        if (bar && window.shown.at(-1) !== bar.value) window.shown.push(bar.value);
      }, 20)`);
  }

  it('retries 10,000 failed jobs of one error in two clicks, and shows the progress', async () => {
    await slowBatches(0.3);
    await seedFailures(MANY);
    const page = await lab.open();
    await page.goto('/jobs/errors');
    await page.getByText('connect ECONNREFUSED').first().waitFor();
    await watchPage(page);

    await page.getByRole('button', { name: 'Retry all' }).click();
    await page.getByRole('dialog', { name: 'Retry 10,000' }).getByRole('button', { name: 'Retry' }).click();

    await page.getByText('3,000 of 10,000 jobs').waitFor();
    await takePicture(page, 'retry-of-10000');
    await page.getByText('Retry: 10,000 jobs changed.').waitFor({ timeout: 30_000 });
    expect(await page.evaluate('clicks')).toBe(2);
    const shown = await page.evaluate<number[]>('shown');
    expect(shown.length).toBeGreaterThan(4);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    expect(await page.locator('.operations').count()).toBe(0);
    await eventually(async () => expect(await countOf('completed')).toBe(MANY), { timeoutMs: 30_000 });
    const audit = await tablesOf(lab.host()).audit();
    expect(audit).toMatchObject([
      {
        action: 'jobs.retry',
        details: { changed: MANY, skipped: 0, status: 'completed', filter: { status: ['failed'] } },
      },
    ]);
  }, 90_000);

  it('selects all that match, shows their number, and stops in the middle', async () => {
    await slowBatches(0.3);
    await seedFailures(12_000);
    const page = await lab.open();
    await page.goto('/jobs?q=status:failed');
    await page.getByRole('checkbox', { name: 'Select this page' }).check();
    await page.getByRole('button', { name: 'Select all 10,000+ that match' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog', { name: 'Delete 10,000+?' }).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('1,000 of 12,000 jobs').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText(/Delete was stopped: \d,000 jobs changed/).waitFor();
    const [operation] = await query<{ changed: number }>('select changed from job_operations');
    expect(operation!.changed).toBeLessThan(12_000);
    expect(await countOf('failed')).toBe(12_000 - operation!.changed);
    expect(await tablesOf(lab.host()).audit()).toMatchObject([{ details: { status: 'cancelled' } }]);
  }, 90_000);

  it('shows the progress of what others have begun, and lets no viewer stop it', async () => {
    await slowBatches(1);
    await seedFailures(3_000);
    const page = await lab.open(VIEWER);
    await lab.host().get(JobService).where({ status: 'failed' }).retry({ atMost: MANY });
    await page.getByRole('progressbar', { name: 'Retry' }).waitFor();
    const stop = page.getByRole('button', { name: 'Stop' });
    expect(await stop.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('Retry: 3,000 jobs changed.').waitFor({ timeout: 30_000 });
  }, 60_000);

  it.each([
    ['light', 'en', 'Retry: 2,999 of 3,000 jobs changed; 1 refused: '],
    ['dark', 'ja', '再実行：3,000 件中 2,999 件を変更しました。1 件はデータベースに拒否されました：'],
  ] as const)(
    'says how many the database refused and why, until it is closed: %s, %s',
    async (scheme, locale, words) => {
      await slowBatches(1);
      await seedFailures(3_000);
      const [newest] = await query<{ id: string }>('select id from jobs order by id desc limit 1');
      await query(`
      create function refuse() returns trigger language plpgsql as $$ begin
        raise exception 'the books of this month are closed';
      end $$`);
      await query(`create trigger refuse before update on jobs for each row
      when (new.id = '${newest!.id}') execute function refuse()`);
      const page = await lab.open(undefined, { colorScheme: scheme, locale, viewport: PHONE });
      await lab.host().get(JobService).where({ status: 'failed' }).retry({ atMost: MANY });
      const bar = page.locator('.operations');
      await bar.getByText('the books of this month are closed').waitFor({ timeout: 20_000 });
      expect([await accessibilityOf(page), await overflowOf(page)]).toEqual([[], 0]);
      await takePicture(page, `refused-${scheme}-${locale}-phone`);
      const notice = page.locator('.notice-problem');
      await notice
        .getByText(`${words}The database refuses a statement (P0001): the books of this month are closed`)
        .waitFor({
          timeout: 30_000,
        });
      expect([await accessibilityOf(page), await overflowOf(page)]).toEqual([[], 0]);
      await notice.getByRole('button').click();
      await notice.waitFor({ state: 'detached' });
    },
    90_000,
  );

  const LATER = '{"days_to_keep":90,"id":9007199254740993}';

  async function openWaiting(page: Page): Promise<string> {
    const id = await seedJob(lab.host(), { payload: LATER });
    await query(`update jobs set scheduled_at = '${NEXT_YEAR}-05-01T00:00:00Z', type = 'other' where id = '${id}'`);
    await page.goto(`/jobs/job/${id}`);
    return id;
  }

  const jobOf = async (id: string) =>
    (
      await query<{ payload: string; priority: number; at: Date }>(
        `select payload::text, priority, scheduled_at as at from jobs where id = '${id}'`,
      )
    )[0]!;

  it('edits a pending job, digit by digit, and says what is wrong', async () => {
    const page = await lab.open();
    const id = await openWaiting(page);
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit the job' });
    expect(await dialog.getByLabel('Due').inputValue()).toBe(`${NEXT_YEAR}-05-01T09:00`);
    await dialog.getByLabel('Priority').fill('0');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It is changed.').waitFor();
    expect(await jobOf(id)).toMatchObject({ priority: 0, payload: expect.stringContaining('9007199254740993') });

    await page.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByLabel('Payload').fill('{"days_to_keep": 30');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('The payload is not JSON').waitFor();
    await dialog.getByLabel('Payload').fill('{"days_to_keep": 30, "id": 9007199254740993}');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('would be rounded').waitFor();
    await dialog.getByLabel('Payload').fill('{"days_to_keep": 30}');
    await dialog.getByLabel('Due').fill(`${NEXT_YEAR}-06-01T09:00:00`);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await jobOf(id)).toEqual({
      priority: 0,
      payload: '{"days_to_keep": 30}',
      at: new Date(`${NEXT_YEAR}-06-01T00:00:00Z`),
    });
    expect((await tablesOf(lab.host()).audit()).map(({ action }) => action)).toEqual(['job.update', 'job.update']);
  });

  it('says so if the job has started meanwhile, and keeps what was written', async () => {
    const page = await lab.open();
    const id = await openWaiting(page);
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit the job' });
    await dialog.getByLabel('Priority').fill('1');
    await query(`update jobs set status = 'completed', completed_at = now() where id = '${id}'`);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('JOBS_NOT_PENDING').waitFor();
    expect(await dialog.getByLabel('Priority').inputValue()).toBe('1');
  });

  it.each([
    ['light', 'en', 'Reschedule'],
    ['dark', 'ja', '予定変更'],
  ] as const)('reschedules a job, accessibly, on a phone: %s, %s', async (colorScheme, locale, label) => {
    const page = await lab.open(undefined, { colorScheme, locale, viewport: PHONE });
    const id = await openWaiting(page);
    await page.getByRole('button', { name: locale === 'en' ? 'Edit' : '編集' }).click();
    await page.getByRole('dialog').waitFor();
    expect([await accessibilityOf(page), await overflowOf(page)]).toEqual([[], 0]);
    await takePicture(page, `edit-${colorScheme}-${locale}-phone`);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: label }).click();
    const dialog = page.getByRole('dialog');
    expect([await accessibilityOf(page), await overflowOf(page)]).toEqual([[], 0]);
    await takePicture(page, `reschedule-${colorScheme}-${locale}-phone`);
    await dialog.getByRole('button', { name: locale === 'en' ? '+1 day' : '+1 日' }).click();
    await dialog.getByRole('button', { name: locale === 'en' ? 'Save' : '保存' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await jobOf(id)).at).toEqual(new Date(`${NEXT_YEAR}-05-02T00:00:00Z`));
  });
});
