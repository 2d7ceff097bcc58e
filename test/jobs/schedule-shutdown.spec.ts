import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { ScheduledJob } from '@monstera/jobs';
import { JobSchedulerService } from '../../libs/jobs/src/schedule/job-scheduler.service.js';
import { eventually } from '../support/index.js';
import { withServer } from '../support/server-connection.js';
import { startHost } from './host.js';
import { useDatabase } from '../support/use-database.js';

@Injectable()
class Schedules {
  @ScheduledJob('0 0 1 1 *', { name: 'yearly' })
  async yearly(): Promise<void> {}
}

const WAITING = `
  select from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query like '%job_schedules%'`;

describe('an application that ends while its schedules are being read', () => {
  const database = useDatabase();

  it('closes its connections after the answer, and says nothing about it', async () => {
    const debug = jest.spyOn(Logger.prototype, 'debug');
    const host = await startHost({ url: database.url, providers: [Schedules] });
    const scheduler = host.get<JobSchedulerService>(JobSchedulerService);
    await withServer(database.url, async (client) => {
      await client.query('begin');
      await client.query('lock table job_schedules');
      const reading = scheduler.runOnce();
      await withServer(database.url, (other) => eventually(async () => (await other.query(WAITING)).rowCount === 1));
      const closing = host.close();
      expect(await Promise.race([closing.then(() => 'closed'), delay(500, 'waits')])).toBe('waits');
      await client.query('rollback');
      expect(await reading).toBe(0);
      await closing;
    });
    expect(debug.mock.calls.map(([text]) => String(text))).not.toContainEqual(expect.stringContaining('not read'));
  });
});
