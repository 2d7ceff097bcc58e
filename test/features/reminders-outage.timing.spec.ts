import { JobService } from '@monstera/jobs';
import { reminderKey, weeklyReportReminder } from '@monstera/weekly-reports';
import { DataSource } from 'typeorm';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { startSmtpServer, type SmtpTestServer } from '../support/smtp-server.js';
import { startFeatures, type FeaturesHost } from './features-host.js';

const WEEK = '2024-W03';
/** 2,000 for `npm run test:features`. */
const SLOW_MS = Number(process.env.MONSTERA_SLOW_MAIL_MS ?? 500);
/** What five connections need for 251 mails. */
const IDEAL_MS = (251 / 5) * SLOW_MS;

let database: TestDatabase;
let smtp: SmtpTestServer;
let host: FeaturesHost | undefined;

beforeEach(async () => {
  [database, smtp] = await Promise.all([createTestDatabase(), startSmtpServer()]);
});

afterEach(async () => {
  await host?.stop();
  host = undefined;
  await Promise.all([database.drop(), smtp.stop()]);
});

async function start(smtpUrl: string, concurrency = 50): Promise<FeaturesHost> {
  host = await startFeatures({
    databaseUrl: database.url,
    smtpUrl,
    jobs: { role: 'all', pollIntervalMs: 200, concurrency },
  });
  return host;
}

/** Users and a reminder for each. */
async function enqueueReminders({ get }: FeaturesHost, count: number): Promise<void> {
  const users = await get(DataSource).query<{ id: string }[]>(
    `insert into users (name, email)
     select 'Engineer ' || n, 'engineer.' || n || '@example.com' from generate_series(1, $1::int) as n
     returning id`,
    [count],
  );
  const reminders = users.map(({ id }) => ({
    payload: { user_id: id, week: WEEK },
    uniqueKey: reminderKey(id, WEEK),
  }));
  await get(JobService).enqueueMany(weeklyReportReminder, reminders);
}

interface Tally {
  status: string;
  attempts: number;
  outcome: string | null;
  count: number;
}

function tally({ get }: FeaturesHost): Promise<Tally[]> {
  return get(DataSource).query(
    `select status, attempts, result ->> 'outcome' as outcome, count(*)::int as count
     from jobs group by 1, 2, 3 order by 1, 2, 3`,
  );
}

/** How many jobs have been tried, or put off before that. */
async function everTried({ get }: FeaturesHost): Promise<number> {
  const [row] = await get(DataSource).query<[{ count: number }]>(
    `select count(*)::int as count from jobs where run > 0 and status in ('pending', 'processing')`,
  );
  return row.count;
}

/** Ends the waiting of every job. */
async function makeDue({ get }: FeaturesHost): Promise<void> {
  await get(DataSource).query(`update jobs set scheduled_at = now() where status = 'pending' and scheduled_at > now()`);
}

async function allSent(worker: FeaturesHost, count: number, attempts: number, timeoutMs = 20_000): Promise<void> {
  await eventually(
    async () => expect(await tally(worker)).toEqual([{ status: 'completed', attempts, outcome: 'sent', count }]),
    { timeoutMs },
  );
  expect(new Set(smtp.mails.map(({ messageId }) => messageId)).size).toBe(count);
  expect(smtp.mails).toHaveLength(count);
}

describe('reminders while the mail server', () => {
  it('is down wait without using up an attempt, and are all sent once afterwards', async () => {
    const { url } = smtp;
    const port = Number(new URL(url).port);
    await smtp.stop();
    const worker = await start(url);
    await enqueueReminders(worker, 304);
    await eventually(async () => expect(await everTried(worker)).toBe(304));
    expect((await tally(worker)).filter(({ attempts }) => attempts > 1)).toEqual([]);

    smtp = await startSmtpServer({ port });
    await makeDue(worker);

    await keepDue(worker, () => allSent(worker, 304, 1));
  });

  it('refuses the password wait, and are sent once it is mended', async () => {
    smtp.script = { password: 'old' };
    const worker = await start(smtp.url.replace('smtp://', 'smtp://user:new@'));
    await enqueueReminders(worker, 20);
    await eventually(async () => {
      await makeDue(worker);
      expect(smtp.refusedLogins).toBeGreaterThan(2);
    });
    expect((await tally(worker)).filter(({ status }) => status === 'failed')).toEqual([]);

    smtp.script = { password: 'new' };

    await keepDue(worker, () => allSent(worker, 20, 1));
  });

  it('puts unknown senders off are tried again after minutes, then sent once', async () => {
    smtp.script = { recipient: { code: 451, text: '4.7.1 Greylisted' } };
    const worker = await start(smtp.url);
    await enqueueReminders(worker, 20);
    await eventually(async () => {
      const rows = await worker.get(DataSource).query<{ wait: number }[]>(
        `select extract(epoch from scheduled_at - now())::int as wait from jobs
         where status = 'pending' and attempts = 1 and scheduled_at > now() + interval '40 seconds'`,
      );
      expect(rows).toHaveLength(20);
    });

    smtp.script = {};
    await makeDue(worker);

    await allSent(worker, 20, 2);
  });

  it('answers after half a minute get one mail each', async () => {
    smtp.script = { slowMs: 31_000 };
    const worker = await start(smtp.url);
    await enqueueReminders(worker, 3);

    await allSent(worker, 3, 1, 45_000);
    expect(smtp.arrived).toBe(3);
  }, 60_000);
});

describe('251 reminders with 250 slots and a slow mail server', () => {
  it(
    'are one mail each at the first attempt, as fast as five connections allow',
    async () => {
      smtp.script = { slowMs: SLOW_MS };
      const worker = await start(smtp.url, 250);
      const startedAt = performance.now();
      await enqueueReminders(worker, 251);

      await allSent(worker, 251, 1, 2.5 * IDEAL_MS);

      // By the time that the server itself took: beside other tests it takes longer than it was told to.
      const idealMs = smtp.busyMs / 5;
      expect(performance.now() - startedAt).toBeLessThan(1.3 * idealMs + 1_000);
      expect(smtp.busiest).toBe(5);
    },
    15_000 + 2.5 * IDEAL_MS,
  );
});

/** Spares the tests the quarter of a minute until the dependency is asked again. */
async function keepDue(worker: FeaturesHost, work: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => void makeDue(worker), 500);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
