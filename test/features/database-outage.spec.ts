import { dataCleanup } from '@monstera/audit-logs';
import { JobService } from '@monstera/jobs';
import { monthlyReportGenerator } from '@monstera/monthly-reports';
import { DEMO_USERS, seedDemoUsers, weeklyReportReminder } from '@monstera/weekly-reports';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { eventually } from '../support/index.js';
import { startFeatures, type FeaturesHost } from './features-host.js';
import { useDatabase } from '../support/use-database.js';
import { useSmtpServer } from '../support/smtp-server.js';

const smtp = useSmtpServer();
const database = useDatabase();
let host: FeaturesHost;
let operator: pg.Client;

beforeAll(async () => {
  database.closeFirst(() => host.close());
  const jobs = { role: 'all', pollIntervalMs: 200 } as const;
  host = await startFeatures({ databaseUrl: database.url, smtpUrl: smtp.url, jobs });
  await seedDemoUsers(host.get(DataSource));
  operator = await database.connect();
});

/** The backends that wait for the table's lock. */
const WAITING = `
  select pid from pg_locks where not granted and relation = $1::regclass
  and database = (select oid from pg_database where datname = current_database())`;

/** The server ends the connection on which the job waits for this table. */
async function breakAt(table: string): Promise<void> {
  await operator.query('begin');
  await operator.query(`lock table ${table} in access exclusive mode`);
  await eventually(async () => (await operator.query(WAITING, [table])).rowCount === 1, { timeoutMs: 10_000 });
  await operator.query(`select pg_terminate_backend(pid) from (${WAITING}) as waiting`, [table]);
  await eventually(async () => (await operator.query(WAITING, [table])).rowCount === 0);
  await operator.query('commit');
}

describe('a job whose connection to the database breaks', () => {
  it.each([
    ['the clean-up', 'audit_logs', () => host.get(JobService).enqueue(dataCleanup, { days_to_keep: 90 })],
    ['the monthly report', 'weekly_reports', () => host.get(JobService).enqueue(monthlyReportGenerator, MONTH)],
    ['a reminder', 'weekly_report_reminders', () => host.get(JobService).enqueue(weeklyReportReminder, REMINDER)],
  ])('runs again and has used one attempt: %s', async (_, table, enqueue) => {
    const breaking = breakAt(table);
    await eventually(() => operatorHolds(table));
    const { id } = await enqueue();
    await breaking;

    await eventually(
      async () => {
        await host.get(DataSource).query(`update jobs set scheduled_at = now() where status = 'pending'`);
        expect(await host.get(JobService).get(id)).toMatchObject({ status: 'completed', attempts: 1, failures: [] });
      },
      { timeoutMs: 20_000, intervalMs: 250 },
    );
  });
});

const MONTH = { month: '2024-01' };
const REMINDER = { user_id: DEMO_USERS[1]!.id, week: '2024-W03' };

async function operatorHolds(table: string): Promise<boolean> {
  const held = await host
    .get(DataSource)
    .query<unknown[]>(
      `select from pg_locks where granted and mode = 'AccessExclusiveLock' and relation = $1::regclass`,
      [table],
    );
  return held.length > 0;
}
