import { Injectable } from '@nestjs/common';
import {
  defineJob,
  OnJobEvent,
  ProcessesJob,
  type Job,
  type JobContext,
  type JobEvent,
  type JobProcessor,
} from '@monstera/jobs';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';

const held = defineJob({ type: 'held', payload: z.object({}) });

const contexts = new Map<string, JobContext & { finish: () => void }>();
const lost: JobEvent[] = [];

@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  async process({ id }: Job<typeof held>, context: JobContext): Promise<string> {
    await new Promise<void>((finish) => contexts.set(id, Object.assign(context, { finish })));
    return 'late';
  }

  @OnJobEvent('lost')
  hear(event: JobEvent): void {
    lost.push(event);
  }
}

/** Alive as the host's own, or its jobs would be rescued. */
const NEW_WORKER = `
  insert into job_workers
  select (jsonb_populate_record(own, jsonb_build_object('id', gen_random_uuid()))).* from job_workers as own limit 1
  returning id`;
const ANOTHER_WORKER = 'select id from another';

describe('a run that is no longer its worker’s', () => {
  const registry = new Registry();
  const host = useHost({ providers: [HeldProcessor], jobs: { metricsRegistry: registry, abortGraceMs: 0 } });

  it.each([
    ['a later run of it', 'run = run + 1', 1],
    ['another worker', `worker_id = (${ANOTHER_WORKER})`, 2],
  ])('because of %s, writes nothing, is counted, and tells what it left running to stop', async (_, taken, losses) => {
    const { id } = await host.jobs.enqueue(held, {});
    const context = await eventually(() => contexts.get(id) ?? false);
    await host.dataSource.query(`with another as (${NEW_WORKER}) update jobs set ${taken} where id = $1`, [id]);
    const before = await host.jobs.get(id);

    context.progress(50);
    context.finish();

    await eventually(() => expect(lost.at(-1)).toMatchObject({ id, name: 'lost', attempt: 1 }));
    expect(await host.jobs.get(id)).toEqual(before);
    expect(context.signal).toMatchObject({ aborted: true, reason: { code: 'lease-lost' } });
    expect(await valueOf('jobs_leases_lost_total')).toEqual([losses]);
    expect(await valueOf('jobs_lost_runs_total')).toEqual([losses]);
    // Whoever has the job now counts the end of this run.
    expect(await valueOf('jobs_processed_total')).toEqual([]);
  });

  async function valueOf(metric: string): Promise<number[]> {
    const { values } = await registry.getSingleMetric(metric)!.get();
    return values.map(({ value }) => value);
  }
});
