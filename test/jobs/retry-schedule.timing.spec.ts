import { Injectable } from '@nestjs/common';
import { defineJob, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { useHost } from './use-host.js';

const failing = defineJob({ type: 'failing', payload: z.object({}) });

@Injectable()
@ProcessesJob(failing)
class FailingProcessor implements JobProcessor<typeof failing> {
  async process(job: Job<typeof failing>): Promise<void> {
    throw new Error(`attempt ${job.attempt}`);
  }
}

const COUNT = 200;

describe('200 failing jobs with six attempts', () => {
  const host = useHost({ providers: [FailingProcessor] });

  beforeAll(async () => {
    await host.dataSource.query(
      `create table observed (id uuid, attempt int, delay_s float8, late_ms float8);
       create function observe() returns trigger language plpgsql as $$
       begin
         if new.status = 'pending' then
           insert into observed values (new.id, new.attempts, extract(epoch from new.scheduled_at - now()), null);
         elsif new.status = 'processing' and new.attempts > 1 then
           update observed set late_ms = extract(epoch from now() - new.scheduled_at) * 1000
           where id = new.id and attempt = new.attempts - 1;
         end if;
         return new;
       end $$;
       create trigger observe after update on jobs for each row execute function observe();`,
    );
  });

  it('wait 1, 2, 4, 8, 16 s ±10 %, start at most 250 ms after they are due, and stop at max_attempts', async () => {
    await host.jobs.enqueueMany(
      failing,
      Array.from({ length: COUNT }, () => ({ payload: {}, maxAttempts: 6 })),
    );
    await eventually(
      async () => {
        const rows = await host.dataSource.query<{ n: number }[]>(
          `select count(*)::int as n from jobs where status = 'failed' and attempts = 6`,
        );
        expect(rows[0]!.n).toBe(COUNT);
      },
      { timeoutMs: 50_000, intervalMs: 250 },
    );
    const rows = await host.dataSource.query<
      { attempt: number; n: number; least: number; most: number; late: number }[]
    >(
      `select attempt, count(*)::int as n, min(delay_s) as least, max(delay_s) as most, max(late_ms) as late
       from observed group by attempt order by attempt`,
    );
    expect(rows.map(({ attempt, n }) => [attempt, n])).toEqual([1, 2, 3, 4, 5].map((attempt) => [attempt, COUNT]));
    for (const { attempt, least, most, late } of rows) {
      const seconds = 2 ** (attempt - 1);
      expect(least).toBeGreaterThanOrEqual(seconds * 0.9 - 0.001);
      expect(most).toBeLessThanOrEqual(seconds * 1.1 + 0.001);
      expect(most - least).toBeGreaterThan(seconds * 0.1);
      expect(late).toBeLessThanOrEqual(250);
    }
  }, 60_000);
});

describe('a job that fails on an idle worker', () => {
  const host = useHost({ providers: [FailingProcessor], jobs: { pollIntervalMs: 600_000 } });

  it('starts again when it is due, and not when the worker would look next', async () => {
    const retry = { type: 'fixed', initialDelayMs: 200, jitter: 0 } as const;
    const { id } = await host.jobs.enqueue(failing, {}, { maxAttempts: 3, retry });
    await eventually(async () => expect(await host.jobs.get(id)).toMatchObject({ status: 'failed', attempts: 3 }));
  });
});
