import { JobService } from '@monstera/jobs';
import { DEMO_USERS, seedDemoUsers, weeklyReportReminder } from '@monstera/weekly-reports';
import { Logger, type LoggerService } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { eventually } from '../support/index.js';
import { startFeatures } from './features-host.js';
import { useStarted } from '../support/use-started.js';
import { useSmtpServer } from '../support/smtp-server.js';

const smtp = useSmtpServer();
const host = useStarted((url) => startFeatures({ databaseUrl: url, smtpUrl: smtp.url, jobs: { role: 'all' } }));

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
