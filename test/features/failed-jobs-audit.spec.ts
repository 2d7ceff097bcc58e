import { JobService } from '@monstera/jobs';
import { DEMO_USERS, seedDemoUsers, weeklyReportReminder } from '@monstera/weekly-reports';
import { Logger, type LoggerService } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { startSmtpServer, type SmtpTestServer } from '../support/smtp-server.js';
import { startFeatures, type FeaturesHost } from './features-host.js';

let database: TestDatabase;
let smtp: SmtpTestServer;
let host: FeaturesHost;

beforeAll(async () => {
  [database, smtp] = await Promise.all([createTestDatabase(), startSmtpServer()]);
  host = await startFeatures({ databaseUrl: database.url, smtpUrl: smtp.url, jobs: { role: 'all' } });
});

afterAll(async () => {
  await host.stop();
  await Promise.all([database.drop(), smtp.stop()]);
});

function auditOf(jobId: string) {
  return eventually(async () => {
    const rows = await host
      .get(DataSource)
      .query<{ details: object }[]>('select actor, action, subject, details from audit_logs where subject = $1', [
        jobId,
      ]);
    return rows[0] ?? false;
  });
}

it('keeps an audit log of a job that is finally lost, without its payload', async () => {
  const unknownUser = '00000000-0000-4000-8000-00000000dead';
  const { id } = await host.get(JobService).enqueue(weeklyReportReminder, { user_id: unknownUser, week: '2024-W03' });

  const row = await auditOf(id);

  expect(row).toMatchObject({
    actor: 'jobs',
    action: 'job.failed',
    subject: id,
    details: { type: 'weekly_report_reminder', attempt: 1, error: expect.stringContaining('USER_NOT_FOUND') as string },
  });
  expect(row.details).not.toHaveProperty('payload');
});

it('has no address in audit logs, in errors and in log lines, although the mail server repeats it', async () => {
  const [user] = DEMO_USERS;
  const { email } = user!;
  await seedDemoUsers(host.get(DataSource));
  smtp.script = { recipient: { code: 550, text: `5.1.1 <${email}>: no such mailbox` } };
  const lines: unknown[] = [];
  Logger.overrideLogger(recorder(lines));

  const { id } = await host.get(JobService).enqueue(weeklyReportReminder, { user_id: user!.id, week: '2024-W03' });
  const { details } = await auditOf(id);
  Logger.overrideLogger(false);

  const job = await host.get(DataSource).query<object[]>('select error from jobs where id = $1', [id]);
  const [name, domain] = email.split('@');
  expect(details).toMatchObject({ error: expect.stringContaining(`${name![0]}***@${domain}`) });
  expect(JSON.stringify(lines)).toContain('failed for good');
  expect(JSON.stringify([details, lines, job])).not.toContain(email);
});

function recorder(lines: unknown[]): LoggerService {
  const write = (...line: unknown[]) => void lines.push(line);
  return { log: write, warn: write, error: write, debug: write };
}
