import { Injectable } from '@nestjs/common';
import { ScheduledJob } from '@monstera/jobs';
import { JobSchedulerService } from '../../libs/jobs/src/schedule/job-scheduler.service.js';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';
import { FAR } from '../support/far-cron.js';

let fired = 0;

@Injectable()
class Schedules {
  @ScheduledJob(FAR, { name: 'daily' })
  async daily(): Promise<void> {
    fired++;
  }
}

describe('schedules', () => {
  const host = useHost({ providers: [Schedules] });

  it('fire within a second what falls due between two reads of the database', async () => {
    await host.dataSource.query(`update job_schedules set next_run_at = clock_timestamp() + interval '700 ms'`);
    expect(await host.get<JobSchedulerService>(JobSchedulerService).runOnce()).toBe(0);
    const lateMs = await eventually(async () => {
      const rows = await host.dataSource.query<{ late_ms: number }[]>(
        'select extract(epoch from fired_at - planned_at)::float8 * 1000 as late_ms from job_schedule_ticks',
      );
      expect(rows).toHaveLength(1);
      return rows[0]!.late_ms;
    });
    expect(fired).toBe(1);
    expect(lateMs).toBeLessThan(1_000);
  });
});
