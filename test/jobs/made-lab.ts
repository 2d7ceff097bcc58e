import { Injectable } from '@nestjs/common';
import {
  defineJob,
  JobSchedules,
  ProcessesJob,
  type JobProcessor,
  type JobScheduleView,
  type NewSchedule,
} from '@monstera/jobs';
import { z } from 'zod';
import { JobSchedulerService } from '../../libs/jobs/src/schedule/job-scheduler.service.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { FAR } from '../support/far-cron.js';

export const note = defineJob({ type: 'note', payload: z.object({ text: z.string() }), queue: 'notes' });

@Injectable()
@ProcessesJob(note)
class NoteProcessor implements JobProcessor<typeof note> {
  async process(): Promise<void> {}
}

export const DAILY: NewSchedule = { name: 'daily_note', cron: FAR, job: note, payload: { text: 'hello' } };

export interface JobRow {
  id: string;
  status: string;
  payload: { text: string };
}

/** Processes that fire schedules made at run time. Their jobs wait in a paused queue. */
export class MadeLab {
  readonly hosts: Host[] = [];

  private constructor(private readonly databaseUrl: string) {}

  static async start(url: string, hosts = 1): Promise<MadeLab> {
    const lab = new MadeLab(url);
    for (let n = 0; n < hosts; n++) await lab.boot();
    await lab.rows(`insert into job_queues (name, paused_at) values ('notes', now())`);
    return lab;
  }

  async boot(): Promise<Host> {
    const host = await startHost({ url: this.databaseUrl, providers: [NoteProcessor] });
    this.hosts.push(host);
    return host;
  }

  async close(): Promise<void> {
    await Promise.all(this.hosts.splice(0).map((host) => host.close()));
  }

  get schedules(): JobSchedules {
    return this.hosts[0]!.get(JobSchedules);
  }

  rows<Row>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return this.hosts[0]!.dataSource.query<Row[]>(sql, params);
  }

  clear(): Promise<unknown> {
    return this.rows(
      'delete from job_schedules; delete from job_schedule_ticks; delete from jobs; delete from job_audit',
    );
  }

  /** The jobs that schedules have added, oldest first. */
  added(): Promise<JobRow[]> {
    return this.rows<JobRow>('select id, status, payload from jobs order by created_at, id');
  }

  /** Every process looks at once. */
  look(): Promise<unknown> {
    return Promise.all(this.hosts.map((host) => host.get<JobSchedulerService>(JobSchedulerService).runOnce()));
  }

  /** Makes the schedule due a minute ago, and looks until it has fired. */
  async fire(name = DAILY.name): Promise<JobScheduleView> {
    const before = await this.schedules.get(name);
    await this.rows(
      `update job_schedules set next_run_at = date_trunc('second', now()) - interval '1 second' * $2, retry_at = null
       where name = $1`,
      [name, 60 - before.ticks.length],
    );
    return this.fired(name, before.ticks.length + 1);
  }

  /** Looks until the schedule has so many ticks. */
  fired(name: string, ticks: number, timeoutMs = 10_000): Promise<JobScheduleView> {
    return eventually(
      async () => {
        await this.look();
        const now = await this.schedules.get(name);
        expect(now.ticks.length).toBeGreaterThanOrEqual(ticks);
        return now;
      },
      { timeoutMs },
    );
  }
}
