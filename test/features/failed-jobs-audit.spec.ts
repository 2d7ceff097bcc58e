import { JobService } from '@monstera/jobs';
import { weeklyReportReminder } from '@monstera/weekly-reports';
import { DataSource } from 'typeorm';
import { createTestDatabase, eventually } from '../support/index.js';
import { startFeatures } from './features-host.js';

it('keeps an audit log of a job that is finally lost, without its payload', async () => {
  const database = await createTestDatabase();
  const host = await startFeatures({ databaseUrl: database.url, jobs: { role: 'all' } });
  const unknownUser = '00000000-0000-4000-8000-00000000dead';
  const { id } = await host.get(JobService).enqueue(weeklyReportReminder, { user_id: unknownUser, week: '2024-W03' });

  const row = await eventually(async () => {
    const rows = await host
      .get(DataSource)
      .query<{ details: object }[]>('select actor, action, subject, details from audit_logs');
    return rows[0] ?? false;
  });

  expect(row).toMatchObject({
    actor: 'jobs',
    action: 'job.failed',
    subject: id,
    details: { type: 'weekly_report_reminder', attempt: 1, error: expect.stringContaining('USER_NOT_FOUND') as string },
  });
  expect(row.details).not.toHaveProperty('payload');
  await host.stop();
  await database.drop();
});
