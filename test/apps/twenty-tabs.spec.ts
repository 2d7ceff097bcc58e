import type pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { JobsDashboardModule } from '@monstera/jobs-dashboard';
import { DataSource } from 'typeorm';
import { addressOf } from '../dashboard/browser.js';
import { startHttpHost } from '../jobs/http-host.js';
import { eventually } from '../support/index.js';
import { isPooled } from '../support/pooler.js';
import { watchStatements } from '../support/sent-statements.js';
import { API, held, TOKEN } from './admin-host.js';
import { EventClient } from './event-client.js';
import { useStarted } from '../support/use-started.js';

/** How old a screen lets what it shows become, in milliseconds, and what it reads. As `web/src/api/queries.ts` has them. */
type Read = [path: string, everyMs: number];

const LIST = 2_000;
const SLOW = 10_000;
const POLLED = 'operations';
const listOf = (query: string): Read[] => [
  [`jobs?${query}&limit=50`, LIST],
  [`jobs/count?${query}`, SLOW],
];
const SCREENS: Read[][] = [
  [['overview', 5_000]],
  [
    ['queues', LIST],
    ['types?paused=true&limit=1000', 5_000],
  ],
  [['workers', LIST]],
  [['schedules', LIST]],
  [['errors?hours=24', SLOW]],
  [['audit?limit=50', SLOW]],
  listOf('status=failed'),
  listOf('status=pending'),
  listOf('type=held'),
  listOf('queue=held'),
];

/** A tab as the server sees it: it holds a stream, and reads what is too old when the stream calls. */
class Tab {
  private readonly readMs = new Map<string, number>();
  reads = 0;

  constructor(
    readonly client: EventClient,
    private readonly address: string,
    private readonly screen: readonly Read[],
  ) {}

  async refresh(): Promise<void> {
    const nowMs = performance.now();
    const due = this.screen.filter(([path, everyMs]) => nowMs - (this.readMs.get(path) ?? -Infinity) >= everyMs - 500);
    for (const [path] of due) {
      this.readMs.set(path, nowMs);
      this.reads++;
      await this.read(path);
    }
  }

  /** What every screen reads without being called. */
  async poll(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - (this.readMs.get(POLLED) ?? -Infinity) < LIST) return;
    this.readMs.set(POLLED, nowMs);
    await this.read(POLLED);
  }

  private async read(path: string): Promise<void> {
    const headers = { authorization: `Bearer ${TOKEN}`, 'cache-control': 'max-age=2' };
    await (await fetch(`${this.address}${API}/${path}`, { headers })).text();
  }
}

describe('twenty open tabs', () => {
  const host = useStarted((url) =>
    startHttpHost({
      url,
      imports: [JobsDashboardModule.forRoot({ production: true, adminToken: TOKEN })],
      jobs: { definitions: [held], role: 'producer' },
    }),
  );
  let tabs: Tab[] = [];
  let jobs: string[];
  let sent: Sent;

  beforeAll(async () => {
    const rows = await host
      .get(DataSource)
      .query<{ id: string }[]>(
        `insert into jobs (type, queue) select 'held', 'held' from generate_series(1, 500) returning id`,
      );
    jobs = rows.map(({ id }) => id);
  });

  beforeEach(() => {
    sent = countSent(host.url);
  });

  afterEach(() => {
    for (const { client } of tabs) client.close();
    jest.restoreAllMocks();
  });

  /** Opens tabs, and lets each follow its stream. */
  async function openTabs(screens: readonly (readonly Read[])[], search: (i: number) => string): Promise<void> {
    const address = addressOf(host);
    tabs = await Promise.all(
      screens.map(async (screen, i) => new Tab(await EventClient.open(address, TOKEN, search(i)), address, screen)),
    );
    for (const tab of tabs) await tab.refresh();
  }

  /** Lets the tabs follow their streams for some seconds. Returns reads of the database per second. */
  async function measure(seconds: number): Promise<{ reads: number; statements: number; perTab: number }> {
    const seen = tabs.map(({ client }) => client.named('refresh').length);
    const before = { ...sent, tabs: sum(tabs.map(({ reads }) => reads)) };
    const untilMs = performance.now() + seconds * 1_000;
    while (performance.now() < untilMs) {
      await Promise.all(
        tabs.map(async (tab, i) => {
          await tab.poll();
          const calls = tab.client.named('refresh').length;
          if (calls === seen[i]) return;
          seen[i] = calls;
          await tab.refresh();
        }),
      );
      await delay(20);
    }
    return {
      reads: (sent.reads - before.reads) / seconds,
      statements: (sent.statements - before.statements) / seconds,
      perTab: (sum(tabs.map(({ reads }) => reads)) - before.tabs) / tabs.length,
    };
  }

  it('add less than two statements a second, whatever they show, and each tab is kept up to date', async () => {
    await openTabs(
      Array.from({ length: 20 }, (_, i) => SCREENS[i % SCREENS.length]!),
      () => '',
    );
    const everything = await measure(30);
    report('all screens', everything);
    expect(everything.reads).toBeGreaterThan(0);
    expect(everything.reads).toBeLessThan(2);
    if (!isPooled) expect(everything.statements).toBeLessThan(2);
    expect(everything.perTab).toBeGreaterThanOrEqual(1);
  }, 60_000);

  it('add less than two statements a second if each shows another job, and each hears at once of its own', async () => {
    await openTabs(
      Array.from({ length: 20 }, (_, i) => [
        [`jobs/${jobs[i]}`, 30_000] as Read,
        [`jobs/${jobs[i]}/logs?limit=1000`, 30_000],
      ]),
      (i) => `?job=${jobs[i]}`,
    );
    await eventually(() => expect(tabs.every(({ client }) => client.named('job').length === 1)).toBe(true));
    const measured = await measure(10);
    report('twenty jobs', measured);
    expect(measured.reads).toBeGreaterThan(0);
    expect(measured.reads).toBeLessThan(2);
    if (!isPooled) expect(measured.statements).toBeLessThan(2);
    await host
      .get(DataSource)
      .query(`update jobs set progress = 7, progress_note = 'seven' where id = any($1)`, [jobs]);
    for (const { client } of tabs)
      await eventually(() => expect(client.named('job').at(-1)).toMatchObject({ progress: 7, progressNote: 'seven' }));
  }, 40_000);
});

/** What the application sends to the database. */
interface Sent {
  statements: number;
  /** Transactions. A statement outside of one is one. */
  reads: number;
}

function countSent(url: string): Sent {
  const sent: Sent = { statements: 0, reads: 0 };
  const inTransaction = new WeakSet<pg.Client>();
  watchStatements(url, (text, client) => {
    const ends = /^(commit|rollback)/i.test(text);
    sent.statements++;
    if (!inTransaction.has(client) && !ends) sent.reads++;
    if (/^(start transaction|begin)/i.test(text)) inTransaction.add(client);
    if (ends) inTransaction.delete(client);
  });
  return sent;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function report(
  what: string,
  { reads, statements, perTab }: { reads: number; statements: number; perTab: number },
): void {
  const figures = `${reads.toFixed(2)} reads and ${statements.toFixed(2)} statements a second, ${perTab.toFixed(1)} answers a tab`;
  process.stdout.write(`20 tabs, ${what}: ${figures}\n`);
}
