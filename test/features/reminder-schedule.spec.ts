import { DEMO_USERS, seedDemoUsers, type WeeklyReportsModuleOptions } from '@monstera/weekly-reports';
import { DataSource } from 'typeorm';
import { WeeklyReportReminderSchedule } from '../../libs/weekly-reports/src/reminder/weekly-report-reminder.schedule.js';
import { startFeatures, type FeaturesHost } from './features-host.js';
import { useDatabase } from '../support/use-database.js';

/** Monday 09:00 in Tokyo, when it is still Sunday in New York. */
const MONDAY = new Date('2024-01-15T00:00:00Z');

const database = useDatabase();
const hosts: FeaturesHost[] = [];

afterEach(async () => {
  const dataSource = hosts[0]!.get(DataSource);
  await dataSource.query('truncate users, weekly_reports, weekly_report_reminders, jobs');
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

async function start(weeklyReports: WeeklyReportsModuleOptions = {}): Promise<FeaturesHost> {
  const host = await startFeatures({ databaseUrl: database.url, weeklyReports });
  hosts.push(host);
  await seedDemoUsers(host.get(DataSource));
  return host;
}

function tick(host: FeaturesHost, plannedAt = MONDAY): Promise<void> {
  const schedule = host.get(WeeklyReportReminderSchedule);
  return host.get(DataSource).transaction((manager) =>
    schedule.enqueueReminders({
      name: 'weekly_report_reminder',
      plannedAt,
      manager,
      signal: new AbortController().signal,
    }),
  );
}

function reminders(host: FeaturesHost): Promise<{ payload: unknown; queue: string; unique_key: string }[]> {
  return host.get(DataSource).query(`select payload, queue, unique_key from jobs order by payload ->> 'user_id'`);
}

describe("Monday's reminders", () => {
  it('are one job per active user, for the week of the planned time', async () => {
    const host = await start();
    await host.get(DataSource).query('update users set active = false where id = $1', [DEMO_USERS[4]!.id]);

    await tick(host);

    expect(await reminders(host)).toEqual(
      DEMO_USERS.slice(0, 4).map(({ id }) => ({
        payload: { user_id: id, week: '2024-W03', remind_until: '2024-01-22T00:00:00.000Z' },
        queue: 'mail',
        unique_key: `${id}:2024-W03`,
      })),
    );
  });

  it.each([
    [{ week: 'previous' }, '2024-W02'],
    [{ timeZone: 'America/New_York' }, '2024-W02'],
    [{ timeZone: 'America/New_York', week: 'previous' }, '2024-W01'],
  ] as const)('with %j are for %s', async (options, week) => {
    const host = await start(options);

    await tick(host);

    expect(await reminders(host)).toMatchObject(DEMO_USERS.map(() => ({ payload: { week } })));
  });

  it('make sense until the next Monday at the same time of day, across a change of the clock', async () => {
    const host = await start({ timeZone: 'Europe/Berlin' });

    await tick(host, new Date('2024-03-25T08:00:00Z'));

    expect(await reminders(host)).toMatchObject(
      DEMO_USERS.map(() => ({ payload: { remind_until: '2024-04-01T07:00:00.000Z' } })),
    );
  });

  it('are not doubled by a tick that comes again', async () => {
    const host = await start();

    await tick(host);
    await tick(host);

    expect(await reminders(host)).toHaveLength(DEMO_USERS.length);
  });

  it('vanish with the transaction of the tick', async () => {
    const host = await start();
    const schedule = host.get(WeeklyReportReminderSchedule);

    const rolledBack = host.get(DataSource).transaction(async (manager) => {
      await schedule.enqueueReminders({
        name: 'weekly_report_reminder',
        plannedAt: MONDAY,
        manager,
        signal: new AbortController().signal,
      });
      throw new Error('roll back');
    });

    await expect(rolledBack).rejects.toThrow('roll back');
    expect(await reminders(host)).toEqual([]);
  });

  it('prune what is known of reminders of half a year ago, and no younger ones', async () => {
    const host = await start();
    await host.get(DataSource).query(
      `insert into weekly_report_reminders
         (user_id, week, message_id, reserved_by, reserved_attempt, reserved_until, reserved_at)
       select $1, week, 'm', 'j', 1, now(), now() - make_interval(weeks => age)
       from (values ('2023-W01', 27), ('2023-W02', 25)) as old (week, age)`,
      [DEMO_USERS[0]!.id],
    );

    await tick(host);

    expect(await host.get(DataSource).query('select week from weekly_report_reminders')).toEqual([
      { week: '2023-W02' },
    ]);
  });
});
