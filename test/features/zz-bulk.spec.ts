import { DataSource } from 'typeorm';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { WeeklyReportReminderSchedule } from '../../libs/weekly-reports/src/reminder/weekly-report-reminder.schedule.js';
import { createTestDatabase } from '../support/index.js';
import { startFeatures } from './features-host.js';
it('x', async () => {
  const database = await createTestDatabase();
  const host = await startFeatures({ databaseUrl: database.url });
  await host.get(DataSource).query(`insert into users (name, email) select 'Engineer ' || n, 'engineer.' || n || '@example.com' from generate_series(1, 10000) as n`);
  const session = new Session(); session.connect(); await session.post('Profiler.enable'); await session.post('Profiler.start');
  const schedule = host.get(WeeklyReportReminderSchedule);
  const t = performance.now(); const cpu = process.cpuUsage();
  await host.get(DataSource).transaction((manager) => schedule.enqueueReminders({ name: 'x', plannedAt: new Date(), manager }));
  console.log(performance.now() - t, process.cpuUsage(cpu));
  const { profile } = await session.post('Profiler.stop'); writeFileSync('/tmp/scratch/p.json', JSON.stringify(profile));
  await host.stop(); await database.drop();
});
