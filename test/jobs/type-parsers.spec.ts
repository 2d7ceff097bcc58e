import { Injectable } from '@nestjs/common';
import {
  defineJob,
  JobRepository,
  JobService,
  JobsHealthIndicator,
  pendingMigrations,
  PermanentJobError,
  ProcessesJob,
  runMigrations,
  ScheduledJob,
  type Job,
  type JobProcessor,
  type ScheduledTick,
} from '@monstera/jobs';
import pg from 'pg';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHttpHost } from './http-host.js';
import { useHost } from './use-host.js';
import { useStarted } from '../support/use-started.js';

/** Every type that the library reads, but for `text`, which TypeORM itself must be able to read. */
const TYPES = [16, 20, 21, 23, 700, 701, 114, 3802, 1184, 1007, 1009, 1015, 1043, 1700, 2950];

const greet = defineJob({ type: 'greet', payload: z.object({ name: z.string() }), maxAttempts: 1 });
const ticks: ScheduledTick[] = [];

@Injectable()
@ProcessesJob(greet)
class GreetProcessor implements JobProcessor<typeof greet> {
  @ScheduledJob('* * * * * *', { name: 'every_second' })
  async tick(tick: ScheduledTick) {
    ticks.push(tick);
  }

  async process({ payload }: Job<typeof greet>) {
    if (payload.name === 'nobody') throw new PermanentJobError('Nobody is there');
    return { greeting: `Hello ${payload.name}` };
  }
}

describe("an application's own parsers of PostgreSQL's types", () => {
  // Before the application boots.
  beforeAll(() => {
    for (const type of TYPES) pg.types.setTypeParser(type, (text: string) => `parsed: ${text}`);
  });

  const host = useHost({ providers: [GreetProcessor] });

  it('are in force on the connections of the application', async () => {
    expect(await host.dataSource.query('select 1 as one')).toEqual([{ one: 'parsed: 1' }]);
  });

  it('change no job from enqueue to result', async () => {
    const { id } = await host.jobs.enqueue(greet, { name: 'Ada' }, { tags: ['a', 'b.c'], priority: 2 });
    await eventually(async () => expect(await host.jobs.get(id)).toMatchObject({ status: 'completed' }));
    expect(await host.jobs.get(id)).toMatchObject({
      payload: { name: 'Ada' },
      result: { greeting: 'Hello Ada' },
      tags: ['a', 'b.c'],
      priority: 2,
      attempts: 1,
      completedAt: expect.any(Date),
      failures: [],
    });
  });

  it("change nothing in a caller's own transaction, in which the caller still gets what its parsers make", async () => {
    const { id, own } = await host.dataSource.transaction(async (manager) => {
      const enqueued = await host.jobs.enqueue(greet, { name: 'Bo' }, { manager, uniqueKey: 'bo', delayMs: 60_000 });
      const [row] = await manager.query<{ n: string }[]>('select count(*)::int as n from jobs where id = $1', [
        enqueued.id,
      ]);
      expect(await host.jobs.get(enqueued.id, { manager })).toMatchObject({
        status: 'pending',
        payload: { name: 'Bo' },
      });
      return { id: enqueued.id, own: row!.n };
    });
    expect(own).toBe('parsed: 1');
    await host.jobs.cancel(id);
    expect(await host.jobs.get(id)).toMatchObject({ status: 'cancelled' });
  });

  it('change no failure and no retry', async () => {
    const { id } = await host.jobs.enqueue(greet, { name: 'nobody' });
    await eventually(async () => expect(await host.jobs.get(id)).toMatchObject({ status: 'failed' }));
    await host.jobs.retry(id);
    await eventually(async () => expect((await host.jobs.get(id))!.failures).toHaveLength(2));
    expect(await host.get(JobRepository).countFailedByType()).toMatchObject({ total: 1 });
  });

  it('change no schedule', async () => {
    await eventually(async () => expect(ticks.length).toBeGreaterThan(0));
    expect(ticks[0]!.plannedAt).toBeInstanceOf(Date);
  });

  it('change no probe and no migration', async () => {
    expect(await host.get(JobsHealthIndicator).isReady()).toMatchObject({ jobs: { status: 'up' } });
    expect(await pendingMigrations(host.dataSource)).toEqual([]);
    expect(await runMigrations(host.dataSource)).toEqual([]);
    expect(await host.get(JobRepository).findRunningTooLong(1)).toEqual({ jobs: [], total: 0, capped: false });
  });
});

describe("a data source's own parsers", () => {
  const types = { getTypeParser: (type: number) => (text: string) => (TYPES.includes(type) ? 'parsed' : text) };
  const host = useStarted((url) => startHttpHost({ url, providers: [GreetProcessor], database: { extra: { types } } }));

  it('change nothing on the connections that are made from its options', async () => {
    const jobs = host.get(JobService);
    const { id } = await jobs.enqueue(greet, { name: 'Ada' });
    await eventually(async () => expect(await jobs.get(id)).toMatchObject({ status: 'completed', attempts: 1 }));
    await host.http.get('/health/ready').expect(200);
  });
});
