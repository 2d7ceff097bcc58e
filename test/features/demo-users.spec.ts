import { DEMO_USERS, isoWeekOf, seedDemoUsers } from '@monstera/weekly-reports';
import { DataSource } from 'typeorm';
import { startFeatures } from './features-host.js';
import { useStarted } from '../support/use-started.js';

const host = useStarted((url) => startFeatures({ databaseUrl: url }));
let dataSource: DataSource;

beforeAll(async () => {
  dataSource = host.get(DataSource);
});

describe('seedDemoUsers', () => {
  it('adds five users once, however many processes start together', async () => {
    const added = await Promise.all([1, 2, 3].map(() => seedDemoUsers(dataSource)));

    expect(added.filter(Boolean)).toHaveLength(1);
    const users = await dataSource.query('select id, name, email from users where active order by id');
    expect(users).toEqual(DEMO_USERS);
  });

  it('lets the first of them have handed in for the current week of the zone', async () => {
    const [{ now }] = await dataSource.query<[{ now: Date }]>('select submitted_at as now from weekly_reports');
    const reports = await dataSource.query('select user_id, week from weekly_reports');

    expect(reports).toEqual([{ user_id: DEMO_USERS[0]!.id, week: isoWeekOf(now, 'Asia/Tokyo') }]);
  });

  it('brings nothing back that was deleted since', async () => {
    await dataSource.query('delete from users where id = $1', [DEMO_USERS[4]!.id]);

    expect(await seedDemoUsers(dataSource)).toBe(false);
    expect(await dataSource.query('select 1 from users')).toHaveLength(4);
  });
});
