import { connectionOptions } from '@monstera/database';
import {
  defineJob,
  jobsEntities,
  jobsMigrations,
  JobService,
  type JobProcessor,
  ProcessesJob,
  runMigrations,
  ScheduledJob,
  type ScheduledTick,
} from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { JobSchedulerService } from '../../../libs/jobs/src/schedule/job-scheduler.service.js';
import { eventually } from '../../support/index.js';
import { applicationUrl } from '../../support/pooler.js';
import { startHost } from '../host.js';
import { useDatabase } from '../../support/use-database.js';
import { FAR } from '../../support/far-cron.js';

const SCHEDULES = 50;
const CLOSED_WITHIN_MS = 15_000;

const work = defineJob({ type: 'work', payload: z.object({}) });

@ProcessesJob(work)
class WorkProcessor implements JobProcessor<typeof work> {
  async process(): Promise<void> {}
}

/** Each tick enqueues in its own transaction, and asks the host's pool for a connection meanwhile. */
@Injectable()
class Schedules {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobService,
  ) {}

  async tick({ manager }: ScheduledTick): Promise<void> {
    await this.jobs.enqueue(work, {}, { manager });
    await this.dataSource.query('select pg_sleep(0.01)');
  }
}

for (let n = 0; n < SCHEDULES; n++) {
  Object.defineProperty(Schedules.prototype, `tick${n}`, {
    configurable: true,
    value(this: Schedules, given: ScheduledTick) {
      return this.tick(given);
    },
  });
  const descriptor = Object.getOwnPropertyDescriptor(Schedules.prototype, `tick${n}`)!;
  ScheduledJob(FAR, { name: `schedule_${n}` })(Schedules.prototype, `tick${n}`, descriptor);
}

describe('a host with few connections', () => {
  const database = useDatabase({ each: true });

  it.each([1, 2])(`(%i) fires ${SCHEDULES} schedules that are due at once, and closes`, async (poolSize) => {
    const host = await startHost({
      url: database.url,
      poolSize,
      providers: [WorkProcessor, Schedules],
      jobs: { concurrency: 1 },
    });
    await host.dataSource.query(`update job_schedules set next_run_at = now() - interval '1 minute', retry_at = null`);
    void host.get<JobSchedulerService>(JobSchedulerService).runOnce();
    const counted = () =>
      host.dataSource.query<{ ticks: number; names: number; jobs: number }[]>(
        `select count(*)::int as ticks, count(distinct name)::int as names,
           (select count(*)::int from jobs where type = 'work') as jobs
         from job_schedule_ticks`,
      );
    const all = [{ ticks: SCHEDULES, names: SCHEDULES, jobs: SCHEDULES }];
    await eventually(async () => expect(await counted()).toEqual(all), { timeoutMs: 15_000 });
    const startedMs = performance.now();
    await host.close();
    expect(performance.now() - startedMs).toBeLessThan(CLOSED_WITHIN_MS);
  });
});

describe('a host with one connection', () => {
  const database = useDatabase({ migrated: false });

  it('runs its migrations', async () => {
    const dataSource = new DataSource({
      ...connectionOptions({ url: applicationUrl(database.url), poolSize: 1 }),
      entities: jobsEntities,
      migrations: jobsMigrations,
    });
    await dataSource.initialize();
    expect(await runMigrations(dataSource)).toHaveLength(jobsMigrations.length);
    await dataSource.destroy();
  });
});
