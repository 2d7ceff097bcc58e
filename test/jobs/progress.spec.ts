import { Injectable } from '@nestjs/common';
import { defineJob, ProcessesJob, type Job, type JobContext, type JobProcessor } from '@monstera/jobs';
import pg from 'pg';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';

const measured = defineJob({ type: 'measured', payload: z.object({ percent: z.number().optional() }) });

@Injectable()
@ProcessesJob(measured)
class MeasuredProcessor implements JobProcessor<typeof measured> {
  async process({ payload }: Job<typeof measured>, context: JobContext): Promise<void> {
    if (payload.percent !== undefined) context.progress(payload.percent);
  }
}

/** Lets a write of progress wait, before it locks its row, for whoever holds the advisory lock 1. */
const HOLD_PROGRESS = `
  create function hold_progress() returns trigger language plpgsql set lock_timeout = 0 as
    $$ begin perform pg_advisory_xact_lock(1); return null; end $$;
  create trigger hold_progress before update of progress on jobs
    for each statement execute function hold_progress()`;

describe('progress', () => {
  const host = useHost({ providers: [MeasuredProcessor] });

  beforeAll(async () => {
    await host.dataSource.query(HOLD_PROGRESS);
  });

  it('is written before the outcome, however long that takes', async () => {
    // A lock of a session, which a pooler has not got: past it.
    const holder = new pg.Client({ connectionString: host.url });
    await holder.connect();
    await holder.query('select pg_advisory_lock(1)');
    const { id } = await host.jobs.enqueue(measured, { percent: 40 });
    await eventually(async () => {
      const waiting = await host.dataSource.query<object[]>(
        `select 1 from pg_locks where locktype = 'advisory' and not granted`,
      );
      expect(waiting).toHaveLength(1);
    });
    // Its outcome would have been written by now.
    const later = await host.jobs.enqueue(measured, {});
    await eventually(async () => expect(await host.jobs.get(later.id)).toMatchObject({ status: 'completed' }));
    expect(await host.jobs.get(id)).toMatchObject({ status: 'processing', progress: null });

    await holder.query('select pg_advisory_unlock(1)');
    await holder.end();

    await eventually(async () => expect(await host.jobs.get(id)).toMatchObject({ status: 'completed', progress: 40 }));
  });
});
