import type { Browser } from 'playwright-core';
import { startAdminHost, TOKEN } from '../apps/admin-host.js';
import type { HttpHost } from '../jobs/http-host.js';
import { createTestDatabase, type TestDatabase } from '../support/index.js';
import { accessibilityOf, launchBrowser, openPage, overflowOf, PHONE, signIn, takePicture } from './browser.js';
import { seedJob } from './seed.js';
import { TYPES } from './stubbed-statistics.js';
import { SCHEDULES, stubFleet } from './stubs.js';

const ERROR = `Error: connect ECONNREFUSED 10.0.0.7:25
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)
    at SmtpTransport.send (/app/libs/mail/smtp-transport.js:42:11)`;

/** Texts that run if a page takes any of them for HTML, a style or an address. */
const ATTACKS = [
  '<script>window.pwned=1</script>',
  '<img src=x onerror="window.pwned=1">',
  '"><svg onload=window.pwned=1>',
  "';window.pwned=1;//",
  'javascript:window.pwned=1',
  '</pre><iframe srcdoc="<script>parent.pwned=1</script>">',
  '<style>@import "http://evil.example/x.css"</style>',
  '{{constructor.constructor("window.pwned=1")()}}',
  '${window.pwned=1}',
  '<a href="javascript:window.pwned=1" autofocus onfocus="window.pwned=1">x</a>',
  '\u202e<b>\u0007&lt;script&gt;',
];

jest.setTimeout(90_000);

describe('how the dashboard looks', () => {
  let database: TestDatabase;
  let host: HttpHost;
  let browser: Browser;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    [database, browser] = await Promise.all([createTestDatabase(), launchBrowser()]);
    host = await startAdminHost(database.url, { production: true, adminToken: TOKEN });
  });

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

  afterAll(async () => {
    await browser.close();
    await host.close();
    await database.drop();
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
    ['no-match', '/jobs?q=type:nothing'],
    ['wrong-search', '/jobs?q=hello'],
    ['missing', '/jobs/job/018f0000-0000-7000-8000-000000000009'],
  ];

  it.each([
    ['light', 'en', undefined],
    ['dark', 'en', PHONE],
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

  it('runs nothing that a job carries', async () => {
    const attacked: string[] = [];
    for (const [i, attack] of ATTACKS.entries()) {
      const text = JSON.stringify({ [attack]: attack });
      const given = {
        type: attack.slice(0, 50),
        queue: attack.slice(0, 50),
        tags: [attack.slice(0, 50)],
        uniqueKey: `${attack}${i}`,
      };
      attacked.push(
        await seedJob(host, { ...given, status: 'failed', payload: text, result: text, errors: [attack, attack] }),
      );
    }
    const { page, offences } = await openPage(browser, host);
    await signIn(page);
    await stubFleet(page, {
      errors: {
        groups: ATTACKS.map((message, i) => ({
          fingerprint: `${i}`,
          type: message,
          message,
          count: 1,
          lastAt: new Date().toISOString(),
          sampleJobId: attacked[i],
          search: message,
        })),
        capped: false,
      },
      audit: {
        entries: ATTACKS.map((actor, i) => ({
          id: `${i}`,
          actor,
          action: actor,
          jobId: attacked[i],
          details: { actor },
          createdAt: new Date().toISOString(),
        })),
        next: null,
      },
      'stats/types': { ...TYPES, types: ATTACKS.map((type) => ({ ...TYPES.types[0], type })) },
    });
    for (const path of [
      '/jobs?q=status:failed',
      '/jobs/errors',
      `/jobs/performance?type=${encodeURIComponent(ATTACKS[1]!)}`,
      '/jobs/audit',
      ...attacked.map((id) => `/jobs/job/${id}`),
    ]) {
      await page.goto(path);
      await page
        .getByText('pwned')
        .or(page.getByText('evil.example'))
        .or(page.getByText('&lt;script'))
        .first()
        .waitFor();
    }
    for (const attack of ATTACKS) {
      await page.goto(`/jobs?q=${encodeURIComponent(attack)}`);
      await page.getByRole('alert').or(page.getByRole('heading')).first().waitFor();
    }

    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(offences).toEqual([]);
    await page.context().close();
  });
});
