import { Injectable } from '@nestjs/common';
import { defineJob, JobQueues, ProcessesJob, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { eventually } from '../support/index.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { applicationUrl, poolingOptions } from '../support/pooler.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';
import { useHost } from './use-host.js';

const mail = defineJob({ type: 'mail', payload: z.object({}), queue: 'mail' });

@Injectable()
@ProcessesJob(mail)
class MailProcessor implements JobProcessor<typeof mail> {
  async process(): Promise<void> {}
}

const ROUNDS = 20;

describe('a pause', () => {
  const database = useDatabase();
  let workers: Host[];
  let office: Host;

  beforeAll(async () => {
    database.closeFirst(() => Promise.all([...workers, office].map((host) => host.close())));
    const { url } = database;
    workers = await Promise.all([1, 2].map(() => startHost({ url, providers: [MailProcessor], jobs: { shards: 2 } })));
    office = await startHost({ url, jobs: { role: 'producer', shards: 2 } });
    await eventually(() => workers.every((worker) => status(worker).listening));
  }, 60_000);

  const status = (host: Host) => host.get<WorkerStatus>(WorkerStatus, { strict: false });
  const queues = () => office.get(JobQueues);
  const pausedEverywhere = () => workers.every((host) => status(host).pausedQueues.includes('mail'));
  const pausedNowhere = () => workers.every((host) => status(host).pausedQueues.length === 0);

  async function within(ms: number, condition: () => boolean): Promise<number> {
    const startedMs = performance.now();
    await eventually(condition, { timeoutMs: ms, intervalMs: 2 });
    return performance.now() - startedMs;
  }

  it(`reaches every worker within a second, ${ROUNDS} of ${ROUNDS} times, and so does its end`, async () => {
    const tookMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await queues().pause('mail');
      tookMs.push(await within(5_000, pausedEverywhere));
      await queues().resume('mail');
      tookMs.push(await within(5_000, pausedNowhere));
    }
    expect(Math.max(...tookMs)).toBeLessThan(1_000);
  }, 60_000);

  it('ends by itself at its time', async () => {
    const until = new Date(Date.now() + 1_500);
    const { pausedUntil } = await queues().pause('mail', { until });
    expect(pausedUntil).toEqual(until);
    await within(1_000, pausedEverywhere);
    const { id } = await office.jobs.enqueue(mail, {});
    await eventually(() => pausedNowhere(), { timeoutMs: 3_000, intervalMs: 2 });
    expect(Math.abs(Date.now() - until.getTime())).toBeLessThan(1_000);
    await eventually(async () => expect((await office.jobs.get(id))?.status).toBe('completed'));
    expect(await queues().get('mail')).toMatchObject({ paused: false, pausedAt: null, pausedUntil: null });
  });

  it('is not undone by the renewal of a lease that was under way', async () => {
    const quick = await startHost({
      url: database.url,
      providers: [MailProcessor],
      jobs: { shards: 2, lease: { renewMs: 50, fenceAfterMs: 5_000, deadAfterMs: 10_000 } },
    });
    await eventually(() => status(quick).listening);
    for (let round = 0; round < ROUNDS; round++) {
      await queues().pause('mail');
      await within(1_000, () => status(quick).pausedQueues.includes('mail'));
      const seen: number[] = [];
      for (let look = 0; look < 10; look++) {
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(status(quick).pausedQueues.length);
      }
      expect(seen).toEqual(seen.map(() => 1));
      await queues().resume('mail');
      await within(1_000, () => status(quick).pausedQueues.length === 0);
    }
    await quick.close();
  }, 60_000);
});

describe('worker processes of their own', () => {
  const children: WorkerProcess[] = [];

  // Before the database is dropped.
  afterAll(() => Promise.all(children.map((child) => child.end('SIGKILL'))));

  const office = useHost({ jobs: { role: 'producer' } });

  beforeAll(async () => {
    await office.dataSource.query(
      'create table public.ledger (job_id uuid, pid int, attempt int, at timestamptz default now())',
    );
    const env = {
      DATABASE_URL: applicationUrl(office.url),
      JOBS_OPTIONS: JSON.stringify(poolingOptions(office.url)),
    };
    const starting = [1, 2].map(() => startWorkerProcess('jobs/processes/ledger-worker.ts', env));
    children.push(...(await Promise.all(starting)));
  }, 60_000);

  const count = async (sql: string) =>
    (await office.dataSource.query<{ n: number }[]>(`select count(*)::int as n ${sql}`))[0]!.n;

  it('start nothing of a queue from a second after its pause on, and go on after it', async () => {
    await eventually(async () => expect(await count('from job_workers')).toBe(2));
    await office.dataSource.query(
      `insert into jobs (type, payload) select 'ledger', '{"holdMs": 20}' from generate_series(1, 4000)`,
    );
    await eventually(async () => expect(await count('from ledger')).toBeGreaterThan(20), { timeoutMs: 15_000 });
    const { pausedAt } = await office.get(JobQueues).pause('default');
    await eventually(async () => expect(await count(`from jobs where status = 'processing'`)).toBe(0));
    const started = await count('from ledger');
    await expect(
      eventually(async () => expect(await count('from ledger')).toBeGreaterThan(started), { timeoutMs: 2_000 }),
    ).rejects.toThrow();
    const late = await office.dataSource.query<{ n: number }[]>(
      `select count(*)::int as n from ledger where at > $1::timestamptz + interval '1 second'`,
      [pausedAt],
    );
    expect(late[0]!.n).toBe(0);
    expect(await count(`from jobs where status = 'pending'`)).toBeGreaterThan(1_000);
    expect(await count(`from jobs where status = 'pending' and attempts > 0`)).toBe(0);
    await office.get(JobQueues).resume('default');
    await eventually(async () => expect(await count('from ledger')).toBeGreaterThan(started + 20));
  }, 60_000);
});
