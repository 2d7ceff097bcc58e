import { startAdminHost, TOKEN } from '../apps/admin-host.js';
import { accessibilityOf, openPage, overflowOf, PHONE, signIn, takePicture, useBrowser } from './browser.js';
import { seedJob } from './seed.js';
import { SCHEDULES, stubFleet } from './stubs.js';
import { useStarted } from '../support/use-started.js';

const ERROR = `Error: connect ECONNREFUSED 10.0.0.7:25
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)
    at SmtpTransport.send (/app/libs/mail/smtp-transport.js:42:11)`;

jest.setTimeout(90_000);

describe('how the dashboard looks', () => {
  const browser = useBrowser();
  const host = useStarted((url) => startAdminHost(url, { production: true, adminToken: TOKEN }));
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    const mail = {
      type: 'send_invoice',
      queue: 'mail',
      payload: '{"invoice_id":4711,"to":"ada@example.com","lines":[{"sku":"A-1","n":2}]}',
    };
    for (const status of ['completed', 'cancelled', 'completed', 'pending', 'completed'])
      await seedJob(host, { ...mail, status });
    ids['done'] = await seedJob(host, {
      ...mail,
      status: 'completed',
      result: '{"sent":true,"id":"<x@mail>"}',
      tags: ['vip'],
    });
    ids['failed'] = await seedJob(host, {
      ...mail,
      status: 'failed',
      errors: ['Error: 421 try again later', ERROR, ERROR],
      tags: ['newsletter', 'tenant-42'],
      uniqueKey: 'invoice:4711',
    });
    ids['pending'] = await seedJob(host, { type: 'weekly_report_reminder', errors: ['Error: 421 try again later'] });
  });

  const screens = () => [
    ['jobs', '/jobs'],
    ['failed', `/jobs/job/${ids['failed']}`],
    ['pending', `/jobs/job/${ids['pending']}`],
    ['done', `/jobs/job/${ids['done']}`],
    ['overview', '/jobs/overview'],
    ['queues', '/jobs/queues'],
    ['workers', '/jobs/workers'],
    ['schedules', '/jobs/schedules'],
    ['errors', '/jobs/errors'],
    ['performance', '/jobs/performance?type=send_invoice'],
    ['audit', '/jobs/audit'],
    ['columns', '/jobs?cols=id,queue,priority,key,created,ended'],
    ['types', '/jobs/enqueue'],
    ['enqueue', '/jobs/enqueue?type=send_invoice'],
    ['enqueue-unknown', '/jobs/enqueue?type=nobodys'],
    ['system', '/jobs/system'],
    ['no-match', '/jobs?q=type:nothing'],
    ['wrong-search', '/jobs?q=hello'],
    ['missing', '/jobs/job/018f0000-0000-7000-8000-000000000009'],
  ];

  it.each([
    ['light', 'en', undefined],
    ['dark', 'en', PHONE],
    ['dark', 'en', undefined],
    ['dark', 'ja', undefined],
    ['light', 'ja', PHONE],
  ] as const)('is accessible and fits: %s, %s, %j', async (colorScheme, locale, viewport) => {
    const { page, offences } = await openPage(browser, host, { colorScheme, locale, ...(viewport && { viewport }) });
    await signIn(page);
    await stubFleet(page);
    for (const [name, path] of screens()) {
      await page.goto(path!);
      await page.locator('main :is(h1, h2)').first().waitFor();
      await page
        .getByText(/^(Loading|読み込み中)$/)
        .first()
        .waitFor({ state: 'detached' });
      await takePicture(page, `${name}-${colorScheme}-${locale}-${viewport ? 'phone' : 'desk'}`);
      expect([name, await accessibilityOf(page)]).toEqual([name, []]);
      expect([name, await overflowOf(page)]).toEqual([name, 0]);
    }
    expect(await page.evaluate('document.documentElement.lang')).toBe(locale);
    expect(offences).toEqual([]);
    await page.context().close();
  });

  it('shows in the language that was chosen, also next time', async () => {
    const { page } = await openPage(browser, host);
    await signIn(page);
    await page.getByLabel('Language').selectOption('ja');
    await page.getByRole('link', { name: 'スケジュール' }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'スケジュール', exact: true }).waitFor();
    expect(await page.title()).toBe('スケジュール · ジョブ');
    await page.context().close();
  });

  it('works in a browser that has an odd locale, knows no such zone and stores nothing', async () => {
    await seedJob(host, { type: 'odd_browser', status: 'failed', errors: ['x'] });
    const { page, offences } = await openPage(browser, host);
    await page.addInitScript(`
      Object.defineProperty(navigator, 'languages', { get: () => ['en-US@posix'] });
      Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });
    `);
    await signIn(page);
    const [schedule] = SCHEDULES;
    await stubFleet(page, {
      schedules: { schedules: [{ ...schedule, timeZone: 'Mars/Olympus', nextRunAt: 'no time' }] },
    });
    await page.goto('/jobs');
    await page.getByRole('link', { name: 'odd_browser' }).waitFor();
    await page.goto('/jobs/schedules');
    await page.getByText('nightly_digest').first().waitFor();
    await page.getByLabel('Language').selectOption('ja');
    await page.getByRole('heading', { name: 'スケジュール', exact: true }).waitFor();
    expect(offences).toEqual([]);
    await page.context().close();
  });

  it('says so where a screen fails, and shows the others', async () => {
    const { page } = await openPage(browser, host);
    await signIn(page);
    await stubFleet(page, { queues: { queues: [null] } });
    await page.goto('/jobs/queues');
    await page.getByRole('heading', { name: 'This screen could not be shown.' }).waitFor();
    await page.getByRole('link', { name: 'Workers' }).click();
    await page.getByRole('heading', { name: 'Workers', exact: true }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });
});
