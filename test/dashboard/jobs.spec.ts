import { tablesOf } from '../apps/admin-host.js';
import { eventually } from '../support/index.js';
import { dashboardLab } from './lab.js';
import { seedJob } from './seed.js';

describe('the screens of jobs in a browser', () => {
  const lab = dashboardLab();

  it('shows why a job failed and runs it again, in three clicks', async () => {
    await seedJob(lab.host(), { status: 'completed' });
    const errors = ['first reason', 'Error: connect ECONNREFUSED 10.0.0.7:25\n    at Socket.connect (net.js:1)'];
    const id = await seedJob(lab.host(), { status: 'failed', errors, payload: '{"n":1.50e3,"mail":"a@example.com"}' });
    const page = await lab.open();

    await page.getByRole('link', { name: 'Failed' }).click();
    expect(new URL(page.url()).search).toBe('?q=status%3Afailed');
    await page.getByText('1 job match').waitFor();
    await page.getByRole('link', { name: 'data_cleanup' }).click();
    await page.getByText('at Socket.connect').waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('data_cleanup');
    await page.getByRole('button', { name: 'Retry' }).click();

    await page.getByText('It is due again').waitFor();
    await page.locator('header .state', { hasText: 'Pending' }).waitFor();
    expect((await tablesOf(lab.host()).audit()).map(({ action, job_id }) => [action, job_id])).toEqual([
      ['job.retry', id],
    ]);
  });

  it('searches by the words of its search, says what is wrong with them, and opens the job of an id', async () => {
    await seedJob(lab.host(), { type: 'mail', payload: '{"user":{"id":7}}', queue: 'q1' });
    const id = await seedJob(lab.host(), { type: 'sms', payload: '{"user":{"id":8}}' });
    const page = await lab.open();
    const search = async (words: string) => {
      await page.getByRole('searchbox').fill(words);
      await page.keyboard.press('Enter');
    };

    await search('payload.user.id:7 queue:q1');
    await page.getByText('1 job match').waitFor();
    expect(await page.locator('tbody tr').allTextContents()).toEqual([expect.stringContaining('mail')]);
    await search('stauts:failed');
    await page.getByText('There is no field “stauts”').waitFor();
    await search('worker:7');
    await page.getByText('“7” is not the id of a worker').waitFor();
    await search('type:none');
    await page.getByRole('heading', { name: 'No job matches' }).waitFor();
    await search(id);
    await page.getByRole('heading', { name: 'sms', level: 1 }).waitFor();
    await page.goBack();
    expect(await page.getByRole('searchbox').inputValue()).toBe('type:none');
  });

  it('acts on selected jobs and on all that match, after it has asked', async () => {
    for (let i = 0; i < 60; i += 1) await seedJob(lab.host(), { status: 'failed', errors: ['x'] });
    const page = await lab.open();
    const sent: { url: string; body: unknown }[] = [];
    await page.route(/actions\//, (route) => {
      sent.push({ url: route.request().url().split('/').at(-1)!, body: route.request().postDataJSON() });
      return route.fulfill({ json: { changed: 30, skipped: 1, refused: 0, more: false } });
    });
    await page.goto('/jobs?q=status:failed');
    await page.getByRole('checkbox').nth(1).check();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog', { name: 'Delete 1 job?' }).getByRole('button', { name: 'Keep as it is' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('30 jobs changed, 1 job left').first().waitFor();

    await page.getByRole('checkbox', { name: 'Select this page' }).check();
    await page.getByRole('button', { name: 'Select all 60 jobs that match' }).click();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('dialog', { name: 'Retry 60 jobs?' }).getByRole('button', { name: 'Retry' }).click();
    await page.getByText('30 jobs changed, 1 job left').nth(1).waitFor();

    expect(sent).toEqual([
      { url: 'delete', body: { filter: { ids: [expect.stringMatching(/^[\da-f-]{36}$/)] }, atMost: 1 } },
      { url: 'retry', body: { filter: { status: ['failed'] }, atMost: 1_000_000 } },
    ]);
  });

  it('shows a page at a time, and all of its state is in the address', async () => {
    for (let i = 0; i < 60; i += 1) await seedJob(lab.host(), { type: 'mail', queue: `q${i % 2}` });
    const page = await lab.open();
    await page.goto('/jobs?q=type:mail');
    await page.getByRole('link', { name: 'Next page' }).click();
    await eventually(async () => (await page.locator('tbody tr').count()) === 10);
    await page.reload();
    await eventually(async () => (await page.locator('tbody tr').count()) === 10);
    expect(new URL(page.url()).searchParams.get('q')).toBe('type:mail');
    await page.getByRole('link', { name: 'First page' }).click();
    await eventually(async () => (await page.locator('tbody tr').count()) === 50);
  });

  it('shows payloads and results digit by digit, and what appears without a reload', async () => {
    const page = await lab.open();
    await page.getByRole('heading', { name: 'There are no jobs yet' }).waitFor();
    await seedJob(lab.host(), { status: 'completed', payload: '{"n":9007199254740993,"list":[1,{"a":null}]}' });
    await page.route(/jobs\/[\da-f-]{36}$/, async (route) => {
      const text = await (await route.fetch()).text();
      await route.fulfill({
        contentType: 'application/json',
        body: text.replace(/90071992547409\d\d/, '9007199254740993'),
      });
    });
    await page.getByRole('link', { name: 'data_cleanup' }).click();

    const shown = await page.getByRole('region', { name: 'Payload' }).textContent();
    expect(shown).toContain('"n": 9007199254740993');
    expect(shown?.split('\n').length).toBeGreaterThan(6);
  });

  it('can be used with the keyboard alone', async () => {
    await seedJob(lab.host(), { type: 'second', status: 'failed', errors: ['x'] });
    await seedJob(lab.host(), { type: 'first', status: 'completed' });
    const page = await lab.open();
    await page.getByRole('link', { name: 'first' }).waitFor();
    const focused = () => page.evaluate<string>('document.activeElement.textContent');

    await page.keyboard.press('j');
    expect(await focused()).toBe('first');
    await page.keyboard.press('j');
    expect(await focused()).toBe('second');
    await page.keyboard.press('k');
    await page.keyboard.press('x');
    await page.getByText('1 job selected').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'first', level: 1 }).waitFor();
    await page.keyboard.press('l');
    await page.keyboard.press('/');
    await page.keyboard.type('type:second?');
    expect(await page.getByRole('searchbox').inputValue()).toBe('type:second?');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await eventually(async () => (await page.getByRole('dialog').count()) === 0);
    await eventually(() => page.evaluate<boolean>('document.activeElement === document.body'));
    await page.keyboard.press('w');
    await page.getByRole('heading', { name: 'Workers', level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    const request = page.waitForRequest(/workers/);
    await page.keyboard.press('r');
    await request;
  });
});
