import type { DataSource, EntityManager } from 'typeorm';
import { isoWeekOf } from './iso-week.js';
import { WeeklyReportEntity } from './report/weekly-report.entity.js';
import { UserEntity } from './user/user.entity.js';

/** Five engineers for development, with fixed ids. The first one has submitted a report. */
export const DEMO_USERS = [1, 2, 3, 4, 5].map((number) => ({
  id: `00000000-0000-4000-8000-00000000000${number}`,
  name: `Demo Engineer ${number}`,
  email: `demo.engineer.${number}@example.com`,
}));

/**
 * Adds the demo users, and the first one's report of the current ISO week, but only to a database without users. So it
 * never restores what was changed or deleted. Returns whether it added them. `timeZone` decides the week. Default:
 * `Asia/Tokyo`.
 */
export function seedDemoUsers(dataSource: DataSource, timeZone = 'Asia/Tokyo'): Promise<boolean> {
  return dataSource.transaction(async (manager) => {
    // Two processes that start at once would both find no users.
    await manager.query('lock table users in share row exclusive mode');
    if (await manager.exists(UserEntity)) return false;
    // Inserts copies, because TypeORM writes generated values into the objects.
    await manager.insert(
      UserEntity,
      DEMO_USERS.map((user) => ({ ...user })),
    );
    await manager.insert(WeeklyReportEntity, await demoReport(manager, timeZone));
    return true;
  });
}

async function demoReport(manager: EntityManager, timeZone: string) {
  const [{ now }] = await manager.query<[{ now: Date }]>('select now() as now');
  const week = isoWeekOf(now, timeZone);
  return { userId: DEMO_USERS[0]?.id, week, hours: 40, summary: 'Demo report: everything went to plan.' };
}
