import { DataSource } from 'typeorm';
import { WeeklyReportReminderSchedule } from '../../libs/weekly-reports/src/reminder/weekly-report-reminder.schedule.js';
import { useStarted } from '../support/use-started.js';
import { startFeatures } from './features-host.js';

const USERS = 10_000;

describe("Monday's reminders", () => {
  const host = useStarted((url) => startFeatures({ databaseUrl: url }));

  const query = <Row>(text: string, values: unknown[] = []) => host.get(DataSource).query<Row[]>(text, values);

  it('for 10,000 users are enqueued within two seconds', async () => {
    await query(
      `insert into users (name, email)
       select 'Engineer ' || n, 'engineer.' || n || '@example.com' from generate_series(1, $1::int) as n`,
      [USERS],
    );
    const tick = { name: 'weekly_report_reminder', plannedAt: new Date('2024-01-15T00:00:00Z') };
    const { signal } = new AbortController();

    // The best of three: others use the machine too.
    let fastestMs = Infinity;
    for (let round = 0; round < 3 && fastestMs >= 2_000; round += 1) {
      await query('truncate jobs');
      const startedAt = performance.now();
      await host
        .get(DataSource)
        .transaction((manager) =>
          host.get(WeeklyReportReminderSchedule).enqueueReminders({ ...tick, manager, signal }),
        );
      fastestMs = Math.min(fastestMs, performance.now() - startedAt);
    }

    expect(fastestMs).toBeLessThan(2_000);
    expect(await query('select from jobs')).toHaveLength(USERS);
  });
});
