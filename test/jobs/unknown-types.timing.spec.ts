import { Injectable } from '@nestjs/common';
import { defineJob, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const known = defineJob({ type: 'known', payload: z.object({}) });

@Injectable()
@ProcessesJob(known)
class KnownProcessor implements JobProcessor<typeof known> {
  async process(): Promise<void> {}
}

describe('10,000 jobs of a type without a processor here', () => {
  const database = useDatabase();
  let host: Host;

  beforeAll(async () => {
    database.closeFirst(() => host.close());
  });

  it('do not keep a known job behind them from starting within 2 s, and are left untouched', async () => {
    const seeder = await startHost({ url: database.url, jobs: { role: 'producer' } });
    await seeder.dataSource.query(
      `insert into jobs (type, scheduled_at) select 'not_here', now() - interval '1 hour' from generate_series(1, 10000)`,
    );
    const { id } = await seeder.jobs.enqueue(known, {});
    await seeder.close();

    const startedMs = performance.now();
    host = await startHost({ url: database.url, providers: [KnownProcessor] });
    await eventually(async () => expect(await host.jobs.get(id)).toMatchObject({ status: 'completed' }), {
      intervalMs: 10,
    });
    expect(performance.now() - startedMs).toBeLessThan(2_000);

    await eventually(async () => {
      const [row] = await host.dataSource.query<{ put_off: number; untouched: number }[]>(
        `select count(*) filter (where scheduled_at > now() + interval '5 seconds')::int as put_off,
                count(*) filter (where status = 'pending' and attempts = 0 and error is null)::int as untouched
         from jobs where type = 'not_here'`,
      );
      expect(row).toEqual({ put_off: 10_000, untouched: 10_000 });
    });
  });
});
