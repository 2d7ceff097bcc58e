import { SnoozeJobError } from '@monstera/jobs';
import { eventually } from '../support/index.js';
import { SHUTDOWN_MS, tenant, wild, WildHost } from './wild-host.js';

describe('user code', () => {
  let host: WildHost;

  beforeAll(async () => {
    host = await WildHost.start();
  });

  afterAll(async () => {
    await host.close();
    expect(host.unhandled).toEqual([]);
  });

  it('keeps what it enters into an AsyncLocalStorage from all other jobs', async () => {
    const seen: unknown[] = [];
    host.handlers.set('enter', async () => {
      seen.push(tenant.getStore());
      tenant.enterWith('a tenant');
      await Promise.resolve();
      expect(tenant.getStore()).toBe('a tenant');
    });
    // Twice: some are claimed while others run, and some later.
    for (let round = 1; round <= 3; round++) {
      await tenant.run('a request', () => host.enqueueMany('enter', 10));
      await tenant.run('a request', () => host.jobs.enqueue(wild, { handler: 'enter' }));
      await eventually(() => expect(seen).toHaveLength(11 * round));
    }
    expect(seen.every((store) => store === undefined)).toBe(true);
  });

  it('in a listener cannot change what the handler sees', async () => {
    let seen: unknown;
    const { id } = await host.enqueue((job) => Promise.resolve((seen = job.payload)).then(() => undefined));
    await host.expectJob(id, { status: 'completed' });
    expect(seen).toEqual({ handler: 'it', list: [] });
  });

  it('gets a payload of null as null', async () => {
    let seen: unknown = 'nothing';
    host.handlers.set('null', async (job) => void (seen = job.payload));
    for (const options of [{}, { delayMs: 1 }]) {
      const { id } = await host.jobs.enqueue(wild, null, options);
      await host.expectJob(id, { status: 'completed', payload: null });
      expect(seen).toBeNull();
    }
  });

  it('reports progress as often as it likes, and its end does not wait for all of it', async () => {
    const { id } = await host.enqueue(async (_, { progress }) => {
      for (let i = 0; i < 100_000; i++) progress(i % 2 === 0 ? 100 : 50);
      progress(42);
    });
    await host.expectJob(id, { status: 'completed', progress: 42 });
  });

  it('that reports progress without end does not hold up the shutdown', async () => {
    const other = await WildHost.start();
    let ends = 0;
    const { id } = await other.enqueue(async (_, { progress, signal }) => {
      for (let i = 0; i < 100_000; i++) progress(i % 2 === 0 ? 100 : 50);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      ends++;
      throw new Error('aborted');
    });
    await other.expectJob(id, { status: 'processing', progress: 100 });
    const startedMs = performance.now();
    await other.close();
    expect(ends).toBe(1);
    expect(performance.now() - startedMs).toBeLessThan(SHUTDOWN_MS + 3_000);
  });

  it.each([Number.NaN, Infinity])('fails its attempt with a progress of %p', async (percent) => {
    const { id } = await host.enqueue(async (job, { progress }) => progress(job.attempt === 1 ? percent : 10));
    await host.expectJob(id, { status: 'completed', attempts: 2, progress: 10 });
    expect((await host.jobs.get(id))!.failures[0]!.error).toContain('progress: is ');
  });

  it.each([Number.NaN, -1, Date.now()])('fails its attempt with a snooze of %p', async (delayMs) => {
    const { id } = await host.enqueue(() => {
      throw new SnoozeJobError(delayMs);
    }, { maxAttempts: 2 }); // prettier-ignore
    await host.expectJob(id, {
      status: 'failed',
      attempts: 2,
      error: expect.stringContaining('SnoozeJobError: delayMs') as string,
    });
  });

  it('is tried again when a job that it enqueues has an invalid payload', async () => {
    const { id } = await host.enqueue((job) =>
      job.attempt > 1 ? Promise.resolve() : host.jobs.enqueue(wild, { handler: 7 } as never),
    );
    await host.expectJob(id, { status: 'completed', attempts: 2 });
    expect((await host.jobs.get(id))!.failures[0]!.error).toContain('JOBS_INVALID_PAYLOAD');
  });
});
