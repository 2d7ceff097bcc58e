import { seedDemoUsers } from '@monstera/weekly-reports';
import { DataSource } from 'typeorm';
import { MonthlyReportGeneratorSchedule } from '../../libs/monthly-reports/src/monthly-report-generator.schedule.js';
import { startFeatures } from './features-host.js';
import { useStarted } from '../support/use-started.js';

const host = useStarted((url) => startFeatures({ databaseUrl: url, weeklyReports: { closesAfterDays: 7 } }));
let dataSource: DataSource;

beforeAll(async () => {
  dataSource = host.get(DataSource);
  await seedDemoUsers(dataSource);
});

describe('the report of a month', () => {
  it('is built on the 1st, and once more when the month is closed', async () => {
    const [{ start }] = await dataSource.query<[{ start: Date }]>(
      `select date_trunc('month', now() at time zone 'Asia/Tokyo') at time zone 'Asia/Tokyo' as start`,
    );
    const tick = { name: 'monthly', plannedAt: start, signal: new AbortController().signal };
    const schedule = host.get(MonthlyReportGeneratorSchedule);

    await dataSource.transaction((manager) => schedule.enqueueReport({ ...tick, manager }));

    const jobs = await dataSource.query<{ month: string; due: Date }[]>(
      `select payload ->> 'month' as month, scheduled_at as due from jobs order by unique_key`,
    );
    expect(jobs).toHaveLength(2);
    expect(jobs[1]).toEqual({ month: jobs[0]!.month, due: new Date(start.getTime() + 7 * 86_400_000) });
  });
});
