import { monthlyReportGenerator } from '@monstera/monthly-reports';
import { StorageService } from '@monstera/storage';
import { DEMO_USERS, seedDemoUsers, WeeklyReportsService } from '@monstera/weekly-reports';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { MonthlyReportGeneratorProcessor } from '../../libs/monthly-reports/src/monthly-report-generator.processor.js';
import { startFeatures } from './features-host.js';
import { jobRun } from './job-run.js';
import { useStarted } from '../support/use-started.js';

const MONTHS = Array.from({ length: 60 }, (_, index) => {
  return `${2020 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
});

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'monstera-rebuilds-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

const host = useStarted((url) => startFeatures({ databaseUrl: url, storage: { dir: directory } }));
let dataSource: DataSource;

beforeAll(async () => {
  dataSource = host.get(DataSource);
  await seedDemoUsers(dataSource);
  await dataSource.query(`update user_activity set active_from = '2021-05-12'`);
});

beforeEach(async () => {
  for (const table of ['weekly_reports', 'jobs', 'monthly_reports']) await dataSource.query(`delete from ${table}`);
});

const keyOf = (month: string) => `monthly-reports/${month}.xlsx`;
const stored = (month: string) => host.get(StorageService).get(keyOf(month));

function generate(month: string) {
  return host.get(MonthlyReportGeneratorProcessor).process(...jobRun(monthlyReportGenerator, { month }));
}

function handIn(userId: string, week: string) {
  return host.get(WeeklyReportsService).submit({ userId, week, hours: 40, summary: 'Done' });
}

function rebuilds(): Promise<{ month: string; later: boolean }[]> {
  return dataSource.query(`select payload ->> 'month' as month, scheduled_at > created_at as later from jobs`);
}

/** Five years of reports: most weeks, in hundredths that binary fractions cannot hold. */
const FILL = `
  insert into weekly_reports (user_id, week, hours, summary)
  select users.id, to_char(monday, 'IYYY"-W"IW'), 0.1 + extract(doy from monday)::int % 40, 'Done'
  from users, generate_series(date '2019-12-02', date '2025-02-03', interval '1 week') as monday
  where (extract(doy from monday)::int + ascii(right(users.id::text, 1))) % 5 > 0`;

const FIGURES = `
  with due as (
    select users.id, to_char(monday, 'IYYY"-W"IW') as week,
           exists (
             select from user_activity
             where user_id = users.id
               and active_from < (monday + interval '7 days') at time zone 'Asia/Tokyo'
               and (active_to is null or active_to >= (monday + interval '7 days') at time zone 'Asia/Tokyo')
           ) as expected
    from users, generate_series(timestamp '2019-12-02', timestamp '2025-02-03', interval '1 week') as monday
    where to_char(monday + interval '6 days', 'YYYY-MM') = $1
  )
  select count(hours)::int as "handedIn",
         (count(*) filter (where expected and hours is null))::int as missing,
         coalesce(sum(hours), 0)::text as hours
  from due
  left join weekly_reports on user_id = due.id and weekly_reports.week = due.week`;

describe('the reports of 60 months', () => {
  it('have the figures of the database, and stay byte for byte as they are when they are built again', async () => {
    await dataSource.query(FILL);

    for (const month of MONTHS) {
      const first = await generate(month);
      const bytes = await stored(month);
      const [{ hours, ...counts }] = await dataSource.query(FIGURES, [month]);

      expect(first).toMatchObject({ outcome: 'stored', totals: { ...counts, hours: Number(hours) } });
      expect(await generate(month)).toEqual({ ...first, outcome: 'unchanged' });
      expect((await stored(month))?.equals(bytes!)).toBe(true);
    }
  });
});

describe('building a report again', () => {
  it('keeps who has left since', async () => {
    await generate('2024-01');
    await dataSource.query('update users set active = false where id = $1', [DEMO_USERS[0]!.id]);

    expect(await generate('2024-01')).toMatchObject({ outcome: 'unchanged', engineers: 5 });

    await dataSource.query('update users set active = true where id = $1', [DEMO_USERS[0]!.id]);
  });

  it('stores it again if it has gone from the storage', async () => {
    await generate('2024-01');
    await rm(join(directory, keyOf('2024-01')));

    expect(await generate('2024-01')).toMatchObject({ outcome: 'stored' });
    expect(await stored('2024-01')).not.toBeNull();
  });
});

describe('a report that comes in after the end of its month', () => {
  it('has the report of the month built again, once for those that come together', async () => {
    await dataSource.transaction(async (manager) => {
      for (const { id } of DEMO_USERS) {
        const report = { userId: id, week: '2024-W05', hours: 8, summary: 'Late' };
        await host.get(WeeklyReportsService).submit(report, { manager });
      }
    });

    const jobs = await rebuilds();
    expect(new Set(jobs.map(({ month }) => month))).toEqual(new Set(['2024-02']));
    expect(jobs.length).toBeLessThan(DEMO_USERS.length);
    expect(jobs.every(({ later }) => later)).toBe(true);
  });

  it('does so when it is changed and when it is withdrawn', async () => {
    const { id } = await handIn(DEMO_USERS[0]!.id, '2024-W05');
    await dataSource.query('delete from jobs');
    await host.get(WeeklyReportsService).change(id, { hours: 1 }, 'test');
    expect(await rebuilds()).toEqual([{ month: '2024-02', later: true }]);

    await dataSource.query('delete from jobs');
    await host.get(WeeklyReportsService).withdraw(id, 'test');
    expect(await rebuilds()).toEqual([{ month: '2024-02', later: true }]);
  });

  it('goes with its transaction', async () => {
    const report = { userId: DEMO_USERS[0]!.id, week: '2024-W05', hours: 8, summary: 'Late' };
    const failed = dataSource.transaction(async (manager) => {
      await host.get(WeeklyReportsService).submit(report, { manager });
      throw new Error('undone');
    });

    await expect(failed).rejects.toThrow('undone');
    expect(await rebuilds()).toEqual([]);
  });

  it('waits for the 1st if the month is not over', async () => {
    const [{ week }] = await dataSource.query(`select to_char(now() + interval '14 days', 'IYYY"-W"IW') as week`);
    await handIn(DEMO_USERS[0]!.id, week);

    expect(await rebuilds()).toEqual([]);
  });
});
