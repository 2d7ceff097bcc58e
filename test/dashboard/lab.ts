import type { Provider } from '@nestjs/common';
import type { JobDefinition } from '@monstera/jobs';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startAdminHost, tablesOf, TOKEN } from '../apps/admin-host.js';
import type { HttpHost } from '../jobs/http-host.js';
import { openPage, signIn, useBrowser, type WatchedPage } from './browser.js';
import { useStarted } from '../support/use-started.js';

export const VIEWER = 'token-of-a-viewer';

export interface Lab {
  host: () => HttpHost;
  /** Opens the list of jobs, signed in with a token, or a page that is not signed in. */
  open: (token?: string | null, options?: BrowserContextOptions) => Promise<Page>;
}

export interface LabSettings {
  /** Beside those of the tests of the admin API. Default: none. */
  definitions?: JobDefinition[];
  /** With processors, the application runs jobs. Default: none. */
  processors?: Provider[];
}

/**
 * An application with the dashboard and a browser, for the tests of a file. After each test there are no jobs, and its
 * pages must have had no error on the console and no request to another host.
 */
export function dashboardLab({ processors = [], definitions }: LabSettings = {}): Lab {
  const browser = useBrowser();
  const options = { production: true, adminToken: TOKEN, viewerToken: VIEWER };
  const host = useStarted((url) => startAdminHost(url, options, processors, definitions), { timeoutMs: 60_000 });
  let opened: WatchedPage[] = [];

  afterEach(async () => {
    const offences = opened.flatMap((each) => each.offences);
    await Promise.all(opened.map(({ page }) => page.context().close()));
    opened = [];
    await tablesOf(host).clear();
    expect(offences).toEqual([]);
  });

  const open: Lab['open'] = async (token = TOKEN, context = {}) => {
    const watched = await openPage(browser, host, context);
    opened.push(watched);
    if (token !== null) await signIn(watched.page, token);
    return watched.page;
  };
  return { host: () => host, open };
}
