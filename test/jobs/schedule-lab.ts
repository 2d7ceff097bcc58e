import { Injectable, type Type } from '@nestjs/common';
import { JobSchedules, ScheduledJob, type ScheduledTick } from '@monstera/jobs';
import { JobSchedulerService } from '../../libs/jobs/src/schedule/job-scheduler.service.js';
import { eventually } from '../support/index.js';
import { startHost, type Host, type HostOptions } from './host.js';
import { FAR, FAR_HOUR } from '../support/far-cron.js';

/** The planned times of the schedule `daily`, in every process of the test. */
export const fired: string[] = [];
/** While set, the method throws. */
export const trouble: { message: string | null } = { message: null };

function versionOf(cron: string): Type {
  @Injectable()
  class Schedules {
    @ScheduledJob(cron, { name: 'daily', timeZone: 'UTC' })
    async fire({ plannedAt }: ScheduledTick): Promise<void> {
      fired.push(plannedAt.toISOString());
      if (trouble.message !== null) throw new Error(trouble.message);
    }
  }
  return Schedules;
}

export const OLD = versionOf(FAR);
export const NEW = versionOf(`30 ${FAR_HOUR} * * *`);

/** Processes with the schedule `daily`. */
export class ScheduleLab {
  readonly hosts: Host[] = [];

  private constructor(private readonly databaseUrl: string) {}

  static async start(url: string): Promise<ScheduleLab> {
    fired.length = 0;
    trouble.message = null;
    const lab = new ScheduleLab(url);
    await lab.boot([OLD]);
    return lab;
  }

  /** Closes all processes. */
  async close(): Promise<void> {
    await Promise.all(this.hosts.splice(0).map((host) => host.close()));
  }

  async boot(providers: Type[], given: Pick<HostOptions, 'jobs' | 'schedule'> = {}): Promise<Host> {
    const url = this.databaseUrl;
    const host = await startHost({ url, providers, ...given, jobs: { waitTimeoutMs: 500, ...given.jobs } });
    this.hosts.push(host);
    return host;
  }

  /** The service of the last process. */
  get schedules(): JobSchedules {
    return this.hosts.at(-1)!.get(JobSchedules);
  }

  rows<Row>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return this.hosts.at(-1)!.dataSource.query<Row[]>(sql, params);
  }

  /** Every process looks at once. */
  look(): Promise<unknown> {
    return Promise.all(this.hosts.map((host) => host.get<JobSchedulerService>(JobSchedulerService).runOnce()));
  }

  async isDone(): Promise<boolean> {
    return (await this.schedules.get('daily')).runRequestedAt === null;
  }

  /** Every process looks, until the run that was asked for has ended. */
  runEnds(): Promise<unknown> {
    return eventually(async () => {
      await this.look();
      return this.isDone();
    });
  }
}
