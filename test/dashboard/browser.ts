import { mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContextOptions, type ConsoleMessage, type Page } from 'playwright-core';
import { TOKEN } from '../apps/admin-host.js';
import type { HttpHost } from '../jobs/http-host.js';
import { chromiumHere } from './chromium.js';
import { used } from '../support/used.js';

/** Pictures of the screens, to look at. */
const PICTURES = '.data/screenshots';

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const PHONE = { width: 375, height: 740 };

/** A page that remembers what must not happen on it. */
export interface WatchedPage {
  page: Page;
  /** Errors on the console, requests to other hosts, and dialogs that a script opened. */
  offences: string[];
}

export async function launchBrowser(): Promise<Browser> {
  mkdirSync(PICTURES, { recursive: true });
  return chromium.launch(await chromiumHere());
}

/** A browser for the tests of a `describe`. */
export function useBrowser(): Browser {
  return used(launchBrowser, (browser) => browser.close(), { timeoutMs: 60_000 });
}

export function addressOf(host: HttpHost): string {
  const { port } = host.app.getHttpServer().address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

export function openPage(browser: Browser, host: HttpHost, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  return openPageAt(browser, addressOf(host), options);
}

export async function openPageAt(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL, locale: 'en-GB', timezoneId: 'Asia/Tokyo', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const offences: string[] = [];
  page.on('console', (message) => {
    if (isOffence(message)) offences.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => offences.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    offences.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL)) offences.push(`request: ${request.url()}`);
  });
  return { page, offences };
}

/** The browser writes each answer of 4xx to its console too. */
function isOffence(message: ConsoleMessage): boolean {
  const isRefusal = message.text().startsWith('Failed to load resource');
  return (message.type() === 'error' && !isRefusal) || message.type() === 'warning';
}

export async function signIn(page: Page, token = TOKEN): Promise<void> {
  await page.goto(`/jobs/sign-in?token=${token}`);
}

/** The rules of WCAG that the page breaks, with the elements. */
export async function accessibilityOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
    `axe.run({ runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

/** How many pixels the page is wider than the window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>(
    'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)',
  );
}

export async function takePicture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true, animations: 'disabled' });
}
