import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { defineJob, OnJobEvent, ProcessesJob, type Job, type JobEvent, type JobProcessor } from '@monstera/jobs';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';

const orphan = defineJob({ type: 'orphan', payload: z.object({}) });

const runs: string[] = [];
const events: JobEvent[] = [];

@Injectable()
@ProcessesJob(orphan)
class OrphanProcessor implements JobProcessor<typeof orphan> {
  async process({ id }: Job<typeof orphan>): Promise<void> {
    runs.push(id);
  }

  @OnJobEvent('rescued')
  hearRescued(event: JobEvent): void {
    events.push(event);
  }

  @OnJobEvent('failed')
  hearFailed(event: JobEvent): void {
    events.push(event);
  }
}

/** No look at the queue of its own accord: what starts has been announced. */
const JOBS = { pollIntervalMs: 600_000, lease: { renewMs: 100, fenceAfterMs: 10_000, deadAfterMs: 15_000 } };

describe('the jobs of a worker that has died', () => {
  const registry = new Registry();
  const host = useHost({ providers: [OrphanProcessor], jobs: { ...JOBS, metricsRegistry: registry } });

  /** Jobs that were at their second of three and of two attempts when their worker died. */
  async function die(): Promise<{ again: string; over: string }> {
    const [worker, again, over] = [randomUUID(), randomUUID(), randomUUID()];
    await host.dataSource.transaction(async (manager) => {
      await manager.query(
        `insert into job_workers (id, host, pid, version, queues, slots, dead_at)
         values ($1, 'node-7', 42, '1', '{default}', 1, now())`,
        [worker],
      );
      await manager.query(
        `insert into jobs (id, type, status, worker_id, started_at, scheduled_at, attempts, max_attempts, run)
         select id, 'orphan', 'processing', $1, now(), now() - interval '1 hour', 2, most, 2
         from (values ($2::uuid, 3), ($3::uuid, 2)) as job (id, most)`,
        [worker, again, over],
      );
    });
    return { again, over };
  }

  it('run again at once while attempts are left, and fail otherwise; the crash is told and counted', async () => {
    const { again, over } = await die();
    const crash = { attempt: 2, error: 'Worker node-7 (pid 42) died while running this job' };

    await eventually(async () => expect(await host.jobs.get(again)).toMatchObject({ status: 'completed' }));

    const completed = await host.jobs.get(again);
    expect(completed).toMatchObject({ attempts: 3, error: crash.error, failures: [crash] });
    expect(completed!.startedAt!.getTime() - completed!.scheduledAt.getTime()).toBeLessThan(5_000);
    const last = `${crash.error}, its last attempt: 1 of 2 ended with the process that ran them`;
    const failures = [{ ...crash, error: last }];
    expect(await host.jobs.get(over)).toMatchObject({ status: 'failed', attempts: 2, error: last, failures });
    expect(runs).toEqual([again]);
    expect(events.map(({ name, id, error }) => [name, id, error]).sort()).toEqual([
      ['failed', over, last],
      ['rescued', again, crash.error],
    ]);
    expect(await registry.getSingleMetricAsString('jobs_rescued_total')).toMatch(/^jobs_rescued_total 2$/m);
    await eventually(async () => expect(await processed()).toMatchObject({ completed: 1, failed: 1, rescued: 1 }));
    expect(await processed()).not.toHaveProperty('lost');
  });

  /** How many runs have ended, by status. */
  async function processed(): Promise<Record<string, number>> {
    const { values } = await registry.getSingleMetric('jobs_processed_total')!.get();
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels.status), value]));
  }
});
