import {
  defineJob,
  JobQueues,
  JobRunner,
  JobService,
  JobTypes,
  ProcessesJob,
  type Job,
  type JobContext,
  type JobProcessor,
} from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const HOUR_MS = 3_600_000;
const step = defineJob({ type: 'step', payload: z.object({ left: z.int() }), queue: 'steps' });
const flaky = defineJob({
  type: 'flaky',
  payload: z.object({}),
  maxAttempts: 2,
  retry: { initialDelayMs: 300, maxDelayMs: 300, jitter: 0 },
});
const held = defineJob({ type: 'held', payload: z.object({}) });
const early = defineJob({ type: 'early', payload: z.object({}) });

@Injectable()
@ProcessesJob(step)
class Steps implements JobProcessor<typeof step> {
  constructor(private readonly jobs: JobService) {}

  async process({ payload: { left } }: Job<typeof step>) {
    if (left > 0) await this.jobs.enqueue(step, { left: left - 1 });
  }
}

@Injectable()
@ProcessesJob(flaky)
class Flaky implements JobProcessor<typeof flaky> {
  process({ attempt }: Job<typeof flaky>) {
    return attempt === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve();
  }
}

@Injectable()
@ProcessesJob(held)
class Held implements JobProcessor<typeof held> {
  letGo: (() => void) | null = null;

  process() {
    return new Promise<void>((resolve) => (this.letGo = resolve));
  }
}

@Injectable()
@ProcessesJob(early)
class Early implements JobProcessor<typeof early> {
  letGo: (() => void) | null = null;

  async process(_: Job<typeof early>, context: JobContext) {
    await context.transaction(async () => undefined);
    await new Promise<void>((resolve) => (this.letGo = resolve));
  }
}

describe('runUntilEmpty', () => {
  const database = useDatabase();
  let host: Host | undefined;

  afterEach(async () => {
    await host?.get(DataSource).query('truncate jobs, job_queues, job_types');
    await host?.close();
    host = undefined;
  });

  const start = async (jobs: NonNullable<Parameters<typeof startHost>[0]['jobs']> = {}) => {
    host = await startHost({ url: database.url, providers: [Steps, Flaky, Held, Early], jobs });
    return host.get(JobRunner);
  };

  it('ends at once if there is nothing', async () => {
    const runner = await start();
    expect(await runner.runUntilEmpty()).toMatchObject({ empty: true, nextDueInMs: null, runs: { completed: 0 } });
  });

  it('waits for jobs that jobs enqueue, and counts each run once', async () => {
    const runner = await start();
    await host!.jobs.enqueue(step, { left: 30 });
    expect(await runner.runUntilEmpty()).toMatchObject({ empty: true, runs: { completed: 31, failed: 0 } });
    expect(await runner.runUntilEmpty()).toMatchObject({ empty: true, runs: { completed: 0 } });
  });

  it('leaves retries for later, and waits for them if asked to', async () => {
    const runner = await start();
    await host!.jobs.enqueue(flaky, {});
    const first = await runner.runUntilEmpty();
    expect(first).toMatchObject({ empty: true, runs: { completed: 0, retried: 1 } });
    expect(first.nextDueInMs).toBeGreaterThan(0);
    expect(await runner.runUntilEmpty({ waitForDelayed: true })).toMatchObject({ empty: true, runs: { completed: 1 } });
  });

  it('waits for what runs in its queues, also where nobody claims', async () => {
    const runner = await start();
    await host!.jobs.enqueue(held, {});
    await eventually(() => host!.get(Held).letGo !== null);
    await host!.get(DataSource).query(`insert into job_queues (name, paused_at) values ('default', now())`);
    let ended = false;
    const waiting = runner.runUntilEmpty().finally(() => (ended = true));
    expect(await runner.runUntilEmpty({ queues: ['steps'] })).toMatchObject({ empty: true });
    expect(ended).toBe(false);
    host!.get(Held).letGo!();
    expect(await waiting).toMatchObject({ empty: true, paused: [] });
  });

  it('counts a run whose job is completed in the database before its handler ends', async () => {
    const runner = await start();
    await host!.jobs.enqueue(early, {});
    const waiting = runner.runUntilEmpty();
    await eventually(() => host!.get(Early).letGo !== null);
    expect(await runner.runUntilEmpty({ queues: ['steps'] })).toMatchObject({ runs: { completed: 0 } });
    host!.get(Early).letGo!();
    expect(await waiting).toMatchObject({ empty: true, runs: { completed: 1 } });
  });

  it('does not wait for a paused queue', async () => {
    const runner = await start();
    await host!.get(JobQueues).pause('steps');
    await host!.jobs.enqueue(step, { left: 0 }, { delayMs: HOUR_MS });
    expect(await runner.runUntilEmpty()).toMatchObject({ empty: true, paused: [] });
    await host!.get(DataSource).query(`update jobs set scheduled_at = now()`);
    expect(await runner.runUntilEmpty()).toMatchObject({ empty: false, paused: ['steps'] });
  });

  it('does not wait for jobs of a paused type, in whichever queue', async () => {
    const runner = await start();
    await host!.get(JobTypes).pause('step');
    await host!.jobs.enqueue(step, { left: 0 }, { delayMs: HOUR_MS });
    await host!.jobs.enqueue(step, { left: 0 }, { delayMs: HOUR_MS, queue: 'default' });
    await host!.jobs.enqueue(flaky, {});
    expect(await runner.runUntilEmpty({ waitForDelayed: true })).toMatchObject({
      empty: false,
      pausedTypes: ['step'],
      runs: { completed: 1, retried: 1 },
    });
    expect(await runner.runUntilEmpty()).toMatchObject({ empty: true, pausedTypes: [], nextDueInMs: null });
    await host!.get(DataSource).query(`update jobs set scheduled_at = now() where status = 'pending'`);
    expect(await runner.runUntilEmpty({ queues: ['steps'] })).toMatchObject({ empty: false, pausedTypes: ['step'] });
    await host!.get(JobTypes).resume('step');
    expect(await runner.runUntilEmpty()).toMatchObject({ empty: true, pausedTypes: [], runs: { completed: 2 } });
  });

  it('ends early by its signal', async () => {
    const runner = await start();
    await host!.jobs.enqueue(step, { left: 0 }, { delayMs: HOUR_MS });
    const result = await runner.runUntilEmpty({ waitForDelayed: true, signal: AbortSignal.timeout(50) });
    expect(result).toMatchObject({ empty: false, paused: [] });
    expect(result.nextDueInMs).toBeGreaterThan(HOUR_MS / 2);
  });

  it('refuses a process without a worker, a queue that is not its own, and unknown options', async () => {
    const runner = await start();
    await expect(runner.runUntilEmpty({ queues: ['step'] })).rejects.toThrow(
      /JOBS_INVALID_OPTION.*"step".*claims from/s,
    );
    await expect(runner.runUntilEmpty({ waitForDelay: true } as object)).rejects.toThrow(/waitForDelayed/);
    await host!.close();
    await expect((await start({ role: 'producer' })).runUntilEmpty()).rejects.toThrow(/JOBS_NO_WORKER.*a producer/);
  });
});
