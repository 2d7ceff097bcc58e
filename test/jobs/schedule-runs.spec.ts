import { Injectable } from '@nestjs/common';
import { defineJob, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { eventually } from '../support/index.js';
import { fired, OLD, ScheduleLab, trouble } from './schedule-lab.js';
import { useStarted } from '../support/use-started.js';

const note = defineJob({ type: 'note', payload: z.object({}) });

@Injectable()
@ProcessesJob(note)
class NoteProcessor implements JobProcessor<typeof note> {
  async process(): Promise<void> {}
}

describe('a run of a schedule that an operator asks for', () => {
  const lab = useStarted((url) => ScheduleLab.start(url), { each: true });

  it('fires once in the whole fleet, with the time of the request as its tick', async () => {
    await lab.boot([OLD]);
    const { runRequestedAt, nextRunAt } = await lab.schedules.runNow('daily', { actor: 'ada' });
    expect((await lab.schedules.runNow('daily')).runRequestedAt).toEqual(runRequestedAt);
    await lab.runEnds();
    await lab.look();
    expect(fired).toEqual([runRequestedAt!.toISOString()]);
    const after = await lab.schedules.get('daily');
    expect(after).toMatchObject({ nextRunAt, lastPlannedAt: runRequestedAt, runRequestedAt: null });
    expect(after.ticks.map(({ plannedAt }) => plannedAt)).toEqual([runRequestedAt]);
    expect(await lab.rows('select actor, action, details from job_audit')).toEqual([
      { actor: 'ada', action: 'schedule.run', details: { schedule: 'daily' } },
    ]);
  });

  it('fires soon in another process that works, which hears of it', async () => {
    await lab.close();
    const worker = await lab.boot([OLD, NoteProcessor], { schedule: { cronJobs: false } });
    await lab.boot([], { jobs: { role: 'producer' } });
    await eventually(() => worker.get<WorkerStatus>(WorkerStatus, { strict: false }).listening);
    await lab.schedules.runNow('daily');
    await eventually(() => lab.isDone());
    expect(fired).toHaveLength(1);
  });

  it('fires although the schedule is paused, which it stays', async () => {
    await lab.schedules.pause('daily');
    await lab.schedules.runNow('daily');
    await lab.runEnds();
    expect(fired).toHaveLength(1);
    expect(await lab.schedules.get('daily')).toMatchObject({ paused: true, nextRunAt: null, next: [] });
  });

  it('is not tried again if it fails, and the ticks go on', async () => {
    trouble.message = 'out of paper';
    const { nextRunAt } = await lab.schedules.runNow('daily');
    await lab.runEnds();
    await lab.look();
    expect(fired).toHaveLength(1);
    const after = await lab.schedules.get('daily');
    expect(after).toMatchObject({ failures: 1, nextRunAt, ticks: [{ outcome: 'failed', error: after.lastError }] });
    expect(after.lastError).toContain('out of paper');
    trouble.message = null;
    await lab.schedules.runNow('daily');
    await lab.runEnds();
    expect(await lab.schedules.get('daily')).toMatchObject({ failures: 0, lastError: null });
  });

  it('comes after a tick that is due, which it does not replace', async () => {
    await lab.rows(`update job_schedules set next_run_at = date_trunc('second', now()) - interval '1 minute',
      run_requested_at = date_trunc('milliseconds', now())`);
    await lab.runEnds();
    expect(fired).toHaveLength(2);
    expect(fired[0]! < fired[1]!).toBe(true);
    expect((await lab.schedules.get('daily')).ticks).toHaveLength(2);
  });

  it('does not wait for the retry of a tick that failed', async () => {
    await lab.rows(
      `update job_schedules set next_run_at = now() - interval '1 minute', retry_at = now() + interval '1 hour'`,
    );
    await lab.schedules.runNow('daily');
    await lab.runEnds();
    expect(fired).toHaveLength(1);
  });

  it('is refused if no running process has the schedule', async () => {
    await lab.close();
    await lab.boot([], { jobs: { role: 'producer' } });
    await lab.rows(`update job_schedules set updated_at = now() - interval '2 minutes'`);
    await expect(lab.schedules.runNow('daily', { actor: 'ada' })).rejects.toMatchObject({
      code: 'JOBS_SCHEDULE_NOT_HELD',
    });
    expect(await lab.schedules.get('daily')).toMatchObject({ held: false, runRequestedAt: null });
    expect(await lab.rows('select from job_audit')).toEqual([]);
  });
});
