import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  defineJob,
  JobNotFoundError,
  ProcessesJob,
  type Job,
  type JobChange,
  type JobContext,
  type JobProcessor,
} from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useHost } from './use-host.js';

const stepwise = defineJob({ type: 'stepwise', payload: z.object({ lines: z.number().optional() }), maxAttempts: 1 });

let steps: (() => void)[];
let nextStep: () => Promise<void>;

@Injectable()
@ProcessesJob(stepwise)
class StepwiseProcessor implements JobProcessor<typeof stepwise> {
  async process({ payload }: Job<typeof stepwise>, { log, progress }: JobContext): Promise<string> {
    for (let i = 1; i <= (payload.lines ?? 0); i++) log(`line ${i}`);
    await nextStep();
    progress({ percent: 50, note: 'half' });
    log('half of it');
    await nextStep();
    log('done');
    return 'result';
  }
}

const CONNECTIONS = `
  select count(*)::int as n from pg_stat_activity
  where datname = current_database() and application_name <> '' and pid <> pg_backend_pid()`;

describe('watching a job of another process', () => {
  let worker: Host;

  // Before the database is dropped.
  afterAll(() => worker.close());

  const watcher = useHost({ jobs: { role: 'producer' } });

  beforeAll(async () => {
    worker = await startHost({ url: watcher.url, providers: [StepwiseProcessor] });
    await eventually(() => worker.get(WorkerStatus).listening);
  });

  beforeEach(() => {
    steps = [];
    nextStep = () => new Promise((resolve) => steps.push(resolve));
  });

  const step = () => eventually(() => steps.length > 0).then(() => steps.shift()!());

  it('yields its state, its progress, its lines and its end', async () => {
    const { id } = await watcher.jobs.enqueue(stepwise, {}, { delayMs: 300 });
    const seen: JobChange[] = [];
    for await (const change of watcher.jobs.watch(id)) {
      seen.push(change);
      if (change.status === 'processing') await step();
    }
    expect(seen[0]).toMatchObject({ id, type: 'stepwise', status: 'pending', lines: [], ended: null });
    expect(seen.some(({ status, progress }) => status === 'processing' && progress === null)).toBe(true);
    expect(seen).toContainEqual(expect.objectContaining({ progress: 50, progressNote: 'half', status: 'processing' }));
    expect(seen.flatMap(({ lines }) => lines.map(({ message }) => message))).toEqual(['half of it', 'done']);
    expect(seen.at(-1)).toMatchObject({ status: 'completed', ended: { status: 'completed', result: 'result' } });
    expect(seen.filter(({ ended }) => ended)).toHaveLength(1);
  });

  it('hears of the end at once', async () => {
    const { id } = await watcher.jobs.enqueue(stepwise, {});
    const changes = watcher.jobs.watch(id);
    await step();
    for (;;) if ((await changes.next()).value!.progress === 50) break;
    await eventually(() => steps.length > 0);
    const releasedMs = performance.now();
    steps.shift()!();
    for await (const { ended } of changes) if (ended) break;
    expect(performance.now() - releasedMs).toBeLessThan(400);
  });

  it('ends at once with a job that has ended, with its last 100 lines', async () => {
    const { id } = await watcher.jobs.enqueue(stepwise, { lines: 150 });
    await step();
    await step();
    await watcher.jobs.waitFor(id);
    const seen: JobChange[] = [];
    for await (const change of watcher.jobs.watch(id.toUpperCase())) seen.push(change);
    expect(seen).toHaveLength(1);
    expect(seen[0]!.lines.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, i) => 53 + i));
    expect(seen[0]!.ended).toMatchObject({ result: 'result' });
  });

  it('ends without an error when the signal aborts, also before the first change', async () => {
    const { id } = await watcher.jobs.enqueue(stepwise, {}, { delayMs: 60_000 });
    const aborting = new AbortController();
    let changes = 0;
    for await (const _ of watcher.jobs.watch(id, { signal: aborting.signal })) {
      changes++;
      setTimeout(() => aborting.abort(), 50);
    }
    for await (const _ of watcher.jobs.watch(id, { signal: aborting.signal })) changes++;
    expect(changes).toBe(1);
  });

  it('throws for what is no job, and when its process shuts down', async () => {
    const first = (id: string, host = watcher) => host.jobs.watch(id).next();
    await expect(first(randomUUID())).rejects.toBeInstanceOf(JobNotFoundError);
    expect(() => watcher.jobs.watch('7')).toThrow(expect.objectContaining({ code: 'JOBS_INVALID_OPTION' }));

    const short = await startHost({ url: watcher.url, jobs: { role: 'producer' } });
    const { id } = await watcher.jobs.enqueue(stepwise, {}, { delayMs: 60_000 });
    const changes = short.jobs.watch(id);
    await changes.next();
    const waiting = changes.next().catch((error: unknown) => error);
    await short.close();
    expect(await waiting).toMatchObject({ code: 'JOBS_WAIT_SHUTDOWN' });
  });

  it('has one connection for 10,000 calls that wait and 1,000 that watch, beside the pool', async () => {
    const crowd = await startHost({ url: watcher.url, jobs: { role: 'producer' }, poolSize: 1 });
    const jobs = await crowd.jobs.enqueueMany(
      stepwise,
      Array.from({ length: 10_000 }, () => ({ payload: {}, delayMs: 600_000 })),
    );
    const before = await countConnections();
    const watches = jobs.slice(0, 1_000).map(({ id }) => crowd.jobs.watch(id));
    await Promise.all(watches.map((watch) => watch.next()));
    const ends = watches.map((watch) => watch.next());
    const waits = jobs.map(({ id }) => crowd.jobs.waitFor(id, { timeoutMs: 60_000 }));
    await eventually(async () => expect(await countConnections()).toBe(before + 1));

    await watcher.dataSource.query(
      `update jobs set status = 'cancelled', completed_at = now() where status = 'pending' and type = 'stepwise'`,
    );
    const startedMs = performance.now();
    const endings = await Promise.all(waits);
    await Promise.all(ends);
    process.stdout.write(`10,000 waits ended after ${Math.round(performance.now() - startedMs)} ms\n`);
    expect(endings.every(({ status }) => status === 'cancelled')).toBe(true);
    expect(await countConnections()).toBe(before + 1);
    await crowd.close();
  }, 60_000);

  async function countConnections(): Promise<number> {
    return (await watcher.dataSource.query<{ n: number }[]>(CONNECTIONS))[0]!.n;
  }
});
