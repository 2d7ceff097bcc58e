import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { eventually } from '../support/index.js';
import { withServer } from '../support/server-connection.js';
import { useDatabase } from '../support/use-database.js';
import { useAppFolder } from '../support/app-process.js';

const PROCESSES = 8;
const ACTIVE_USERS = 20;

/** Last Monday 09:00 in Tokyo, whatever the time now. */
const LAST_MONDAY = `(date_trunc('week', now() at time zone 'Asia/Tokyo' - interval '9 hours') + interval '9 hours')
  at time zone 'Asia/Tokyo'`;

const ADD_USERS = `
  insert into users (name, email, active)
  select 'Engineer ' || n, 'engineer.' || n || '@example.com', n <= ${ACTIVE_USERS}
  from generate_series(1, ${ACTIVE_USERS + 5}) as n`;

/** As the last process left it, before all were down over the weekend. */
const ADD_SCHEDULE = `
  insert into job_schedules (name, cron, time_zone, catch_up, next_run_at)
  values ('weekly_report_reminder', '0 9 * * MON', 'Asia/Tokyo', 'latest', ${LAST_MONDAY})`;

const REMINDERS = `
  select payload ->> 'week' as week, count(*)::int as jobs, count(distinct payload ->> 'user_id')::int as users,
         count(*) filter (where status = 'completed')::int as completed
  from jobs where type = 'weekly_report_reminder' group by 1`;

describe('eight of Monstera’s processes that missed the Monday', () => {
  const folder = useAppFolder();
  const database = useDatabase();

  const expectReminders = async (client: Client, completed: number) => {
    const { rows } = await client.query<{ week: string }>(
      `select to_char(${LAST_MONDAY} at time zone 'Asia/Tokyo', 'IYYY-"W"IW') as week`,
    );
    const expected = { week: rows[0]!.week, jobs: ACTIVE_USERS, users: ACTIVE_USERS, completed };
    expect((await client.query(REMINDERS)).rows).toEqual([expected]);
  };

  it('enqueue and mail each active user exactly one reminder', async () => {
    const env = { DATABASE_URL: database.url, JOBS_CONCURRENCY: '2' };
    await withServer(database.url, async (client) => {
      await client.query(`${ADD_USERS}; ${ADD_SCHEDULE}`);

      const start = () => folder.start({ script: 'apps/worker/dist/main.js', env, readyWithinMs: 60_000 });
      const workers = await Promise.all(Array.from({ length: PROCESSES }, start));
      await eventually(() => expectReminders(client, ACTIVE_USERS), { timeoutMs: 20_000 });

      expect(await Promise.all(workers.map(({ end }) => end('SIGTERM')))).toEqual(workers.map(() => 0));
      await expectReminders(client, ACTIVE_USERS);
      const { rows } = await client.query(
        `select (select count(*)::int from job_schedule_ticks) as ticks,
                (select next_run_at > now() from job_schedules where name = 'weekly_report_reminder') as advanced`,
      );
      expect(rows).toEqual([{ ticks: 1, advanced: true }]);
    });
    expect(await readdir(join(folder.path, '.data', 'outbox'))).toHaveLength(ACTIVE_USERS);
  }, 120_000);
});
