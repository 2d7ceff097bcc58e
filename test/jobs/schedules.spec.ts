import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import {
  defineJob,
  JobService,
  ProcessesJob,
  ScheduledJob,
  type JobProcessor,
  type ScheduledTick,
} from '@monstera/jobs';
import { z } from 'zod';
import { JobSchedulerService } from '../../libs/jobs/src/schedule/job-scheduler.service.js';
import { ScheduleStore } from '../../libs/jobs/src/store/schedule.store.js';
import { eventually } from '../support/index.js';
import { withServer } from '../support/server-connection.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const noted = defineJob({ type: 'noted', payload: z.object({ plannedAt: z.string() }) });

@Injectable()
@ProcessesJob(noted)
class NotedProcessor implements JobProcessor<typeof noted> {
  async process(): Promise<void> {}
}

/** Half an hour away, so that no tick falls due while the test runs. */
const MINUTE = (new Date().getUTCMinutes() + 30) % 60;
const HOURLY = `${MINUTE} * * * *`;
/** The latest tick before now, in SQL. */
const LATEST = `date_trunc('hour', now() - interval '${MINUTE} minutes', 'UTC') + interval '${MINUTE} minutes'`;

const fired: Record<string, string[]> = {};
const tenant = new AsyncLocalStorage<string>();
/** What each tick found in the storage, before it entered its own. */
const found: unknown[] = [];
let failures = 0;

@Injectable()
class Schedules {
  constructor(private readonly jobs: JobService) {}

  @ScheduledJob(HOURLY, { name: 'latest' })
  latest(tick: ScheduledTick): Promise<void> {
    return this.note(tick);
  }

  @ScheduledJob(HOURLY, { name: 'none', catchUp: 'none' })
  none(tick: ScheduledTick): Promise<void> {
    return this.note(tick);
  }

  @ScheduledJob(HOURLY, { name: 'all', catchUp: 'all' })
  all(tick: ScheduledTick): Promise<void> {
    return this.note(tick);
  }

  @ScheduledJob(HOURLY, { name: 'failing' })
  async failing(tick: ScheduledTick): Promise<void> {
    await this.note(tick);
    if (failures++ < 1) throw new Error('the first try fails after it has enqueued');
  }

  private async note({ name, plannedAt, manager }: ScheduledTick): Promise<void> {
    found.push(tenant.getStore());
    tenant.enterWith(name);
    (fired[name] ??= []).push(plannedAt.toISOString());
    await this.jobs.enqueue(noted, { plannedAt: plannedAt.toISOString() }, { manager, tags: [name] });
  }
}

describe('schedules that missed the ticks of three hours', () => {
  const database = useDatabase();
  let host: Host;

  beforeAll(async () => {
    database.closeFirst(() => host.close());
    const before = await startHost({ url: database.url, providers: [NotedProcessor, Schedules] });
    await before.close();
    await withServer(database.url, (client) =>
      client.query(`update job_schedules set next_run_at = ${LATEST} - interval '2 hours'`),
    );
    for (const name of Object.keys(fired)) delete fired[name];
    failures = 0;
    host = await tenant.run('boot', () => startHost({ url: database.url, providers: [NotedProcessor, Schedules] }));
  });

  const scheduler = () => host.get<JobSchedulerService>(JobSchedulerService);
  const jobsOf = async (name: string) =>
    (
      await host.dataSource.query<{ planned_at: string }[]>(
        `select payload ->> 'plannedAt' as planned_at from jobs where tags = array[$1]::varchar[] order by 1`,
        [name],
      )
    ).map((row) => row.planned_at);
  const caughtUp = (name: string) =>
    eventually(
      async () => {
        const rows = await host.dataSource.query<{ done: boolean }[]>(
          `select next_run_at > now() as done from job_schedules where name = $1`,
          [name],
        );
        expect(rows).toEqual([{ done: true }]);
      },
      { timeoutMs: 15_000 },
    );
  const hours = async () =>
    (
      await host.dataSource.query<{ hour: Date }[]>(
        `select ${LATEST} - n * interval '1 hour' as hour from generate_series(2, 0, -1) as n`,
      )
    ).map(({ hour }) => hour.toISOString());

  it('make up the latest once by default', async () => {
    await caughtUp('latest');
    expect(await jobsOf('latest')).toEqual((await hours()).slice(-1));
    expect(fired.latest).toHaveLength(1);
  });

  it('make up all of them, oldest first, if told so', async () => {
    await caughtUp('all');
    expect(await jobsOf('all')).toEqual(await hours());
    expect(fired.all).toEqual(await hours());
  });

  it('run each tick in an async context of its own, and not in that of the boot', async () => {
    await caughtUp('all');
    expect(found.length).toBeGreaterThanOrEqual(4);
    expect(found.every((store) => store === undefined)).toBe(true);
  });

  it('drop them if told so', async () => {
    await caughtUp('none');
    expect(await jobsOf('none')).toEqual([]);
    expect(fired.none).toBeUndefined();
  });

  it('try a tick again that threw, whose jobs were rolled back, and record it once', async () => {
    await caughtUp('failing');
    expect(fired.failing).toHaveLength(2);
    expect(await jobsOf('failing')).toEqual((await hours()).slice(-1));
    const [row] = await host.dataSource.query<{ ticks: number; failures: number }[]>(
      `select (select count(*)::int from job_schedule_ticks where name = 'failing') as ticks, failures
       from job_schedules where name = 'failing'`,
    );
    expect(row).toEqual({ ticks: 1, failures: 0 });
  });

  it('fire a tick once even if the schedule is set back by hand', async () => {
    await caughtUp('latest');
    await host.dataSource.query(`update job_schedules set next_run_at = ${LATEST} where name = 'latest'`);
    await scheduler().runOnce();
    await caughtUp('latest');
    expect(await jobsOf('latest')).toHaveLength(1);
  });

  it('leave one second between their tries while another process is at it', async () => {
    const tries = jest.spyOn(ScheduleStore.prototype, 'lockDue');
    await withServer(database.url, async (other) => {
      await other.query(`update job_schedules set next_run_at = ${LATEST} where name = 'latest'`);
      await other.query('begin');
      await other.query(`select from job_schedules where name = 'latest' for update`);
      const startedMs = performance.now();
      await scheduler().runOnce();
      const triesOfLatest = () => tries.mock.calls.filter(([{ name }]) => name === 'latest').length;
      await eventually(() => expect(triesOfLatest()).toBeGreaterThanOrEqual(3), { timeoutMs: 15_000 });
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(2_000);
      await other.query('rollback');
    });
    tries.mockRestore();
    await caughtUp('latest');
  });
});

describe('the cron job that looks after schedules', () => {
  const database = useDatabase();
  let host: Host;

  afterEach(() => host.close());

  const cronJob = () => host.get<SchedulerRegistry>(SchedulerRegistry).getCronJob('monstera_jobs');
  const look = () => host.get<JobSchedulerService>(JobSchedulerService).runOnce();

  it('goes on where there are none, because some may be made at run time', async () => {
    host = await startHost({ url: database.url, providers: [NotedProcessor] });
    expect(await look()).toBe(0);
    expect(cronJob().isActive).toBe(true);
  });

  it('does not start in a producer', async () => {
    host = await startHost({ url: database.url, jobs: { role: 'producer' } });
    expect(cronJob().isActive).toBe(false);
  });

  it('does not start where the host runs no cron jobs', async () => {
    host = await startHost({
      url: database.url,
      providers: [NotedProcessor, Schedules],
      schedule: { cronJobs: false },
    });
    expect(cronJob().isActive).toBe(false);
  });

  it('goes on where there are schedules', async () => {
    host = await startHost({ url: database.url, providers: [NotedProcessor, Schedules] });
    expect(await look()).toBe(0);
    expect(cronJob().isActive).toBe(true);
  });
});
