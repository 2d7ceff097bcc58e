import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import {
  defineJob,
  JobService,
  OnJobEvent,
  ProcessesJob,
  SnoozeJobError,
  type Job,
  type JobContext,
  type JobEvent,
  type JobProcessor,
} from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/job/worker-status.js';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { startHost, type Host } from './host.js';

const CONCURRENCY = 3;
const payload = z.object({ handler: z.string(), list: z.array(z.string()).default([]) }).nullable();
const wild = defineJob({ type: 'wild', payload, retry: { type: 'fixed', initialDelayMs: 20 } });

type Handler = (job: Job<typeof wild>, context: JobContext) => unknown;
const handlers = new Map<string, Handler>();
const tenant = new AsyncLocalStorage<string>();
const ends: JobEvent[] = [];

@Injectable()
@ProcessesJob(wild)
class WildProcessor implements JobProcessor<typeof wild> {
  process(job: Job<typeof wild>, context: JobContext): Promise<unknown> {
    return handlers.get(job.payload?.handler ?? 'null')!(job, context) as Promise<unknown>;
  }
}

@Injectable()
class WildListener {
  @OnJobEvent('started')
  started(event: JobEvent) {
    tenant.enterWith('listener');
    (event.payload as { list?: string[] } | null)?.list?.push('changed by a listener');
    throw new Proxy(new Error('x'), { get: () => fail('no text') });
  }

  @OnJobEvent('completed')
  completed(event: JobEvent) {
    ends.push(event);
  }

  @OnJobEvent('failed')
  failed(event: JobEvent) {
    ends.push(event);
  }

  @OnJobEvent('retried')
  async retried() {
    await Promise.resolve();
    throw Object.defineProperty(new Error('later'), 'stack', { get: () => fail('no stack') });
  }
}

function fail(message: string): never {
  throw new Error(message);
}

class Odd extends Error {
  get retryAfterMs(): number {
    return fail('retryAfterMs throws');
  }
}

const trapped = <T extends object>(target: T): T => {
  const trap = () => fail('trapped');
  return new Proxy(target, {
    get: trap,
    has: trap,
    getPrototypeOf: trap,
    ownKeys: trap,
    getOwnPropertyDescriptor: trap,
  });
};

describe('user code', () => {
  let database: TestDatabase;
  let host: Host;
  let jobs: JobService;
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    database = await createTestDatabase();
    const providers = [WildProcessor, WildListener];
    const options = { concurrency: CONCURRENCY, pollIntervalMs: 200, abortGraceMs: 100 };
    host = await startHost({ url: database.url, providers, jobs: options });
    Logger.overrideLogger(false);
    jobs = host.jobs;
  });

  afterAll(async () => {
    await host.close();
    await database.drop();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  beforeEach(() => {
    handlers.clear();
    ends.length = 0;
  });

  const enqueue = (handler: Handler, options: Parameters<JobService['enqueue']>[2] = {}) => {
    handlers.set('it', handler);
    return jobs.enqueue(wild, { handler: 'it' }, options);
  };
  const until = (id: string, expected: object) =>
    eventually(async () => expect(await jobs.get(id)).toMatchObject(expected), { intervalMs: 10 });

  /** That every slot still takes jobs, all at once. */
  async function expectAllSlots() {
    let running = 0;
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    handlers.set('slot', async () => {
      running++;
      await released;
    });
    await jobs.enqueueMany(
      wild,
      Array.from({ length: CONCURRENCY }, () => ({ payload: { handler: 'slot' } })),
    );
    await eventually(() => expect(running).toBe(CONCURRENCY));
    release();
    await eventually(() => expect(host.get(WorkerStatus, { strict: false }).activeSlots).toBe(0));
  }

  it.each<[string, () => unknown]>([
    ['an error whose retryAfterMs throws', () => new Odd('odd')],
    ['an error whose every trap throws', () => trapped(new Error('odd'))],
    ['an error whose message throws', () => Object.defineProperty(new Error(), 'message', { get: () => fail('no') })],
    ['a symbol', () => Symbol('odd')],
    ['a function', () => () => 1],
    ['an error that is its own cause', () => ownCause(new Error('odd'))],
  ])('that throws %s fails its attempt, once, and keeps no slot', async (_, thrown) => {
    for (const how of [(error: unknown) => Promise.reject(error as Error), (error: unknown) => throwIt(error)]) {
      const { id } = await enqueue(() => how(thrown()), { maxAttempts: 2 });
      await until(id, { status: 'failed', attempts: 2 });
      expect((await jobs.get(id))!.failures).toHaveLength(2);
    }
    await expectAllSlots();
  });

  it.each<[string, () => unknown]>([
    ['whose toJSON throws', () => ({ toJSON: () => fail('no JSON') })],
    ['whose getter throws', () => Object.defineProperty({}, 'x', { enumerable: true, get: () => fail('no x') })],
    ['that is a BigInt', () => 10n],
  ])('that returns a result %s is completed, once, with a word about it', async (_, result) => {
    const { id } = await enqueue(async () => result());
    await until(id, { status: 'completed', attempts: 1, result: null, failures: [] });
    expect((await jobs.get(id))!.error).toContain('its result was not stored');
    await expectAllSlots();
    expect(ends.filter((event) => event.id === id).map(({ name }) => name)).toEqual(['completed']);
  });

  it.each<[string, () => unknown, unknown]>([
    ['a class instance', () => new (class { n = 1; })(), { n: 1 }], // prettier-ignore
    ['an object with undefined', () => ({ x: undefined }), {}],
    ['a Date', () => new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an Error', () => new Error('as a value'), {}],
    ['a Map', () => new Map([[1, 2]]), {}],
  ])('that returns %s is completed with what JSON makes of it', async (_, result, stored) => {
    const { id } = await enqueue(async () => result());
    await until(id, { status: 'completed', result: stored, error: null });
  });

  it.each<[string, () => unknown]>([
    ['a promise whose then throws', () => Object.assign(Promise.resolve(1), { then: () => fail('no then') })],
    ['a thenable that calls back twice', () => ({ then: (a: (n: number) => void) => (a(1), a(2)) })],
    ['a thenable that does both', () => ({ then: (a: () => void, b: (e: Error) => void) => (a(), b(new Error('x'))) })],
  ])('that returns %s ends once', async (_, returned) => {
    const { id } = await enqueue(returned, { maxAttempts: 1 });
    await eventually(async () => expect((await jobs.get(id))?.completedAt).not.toBeNull());
    await expectAllSlots();
    expect(ends.filter((event) => event.id === id)).toHaveLength(1);
  });

  it('keeps what it enters into an AsyncLocalStorage from all other jobs', async () => {
    const seen: unknown[] = [];
    handlers.set('enter', async () => {
      seen.push(tenant.getStore());
      tenant.enterWith('a tenant');
      await Promise.resolve();
      expect(tenant.getStore()).toBe('a tenant');
    });
    // Twice: some are claimed while others run, and some later.
    for (let round = 1; round <= 3; round++) {
      await tenant.run('a request', () =>
        jobs.enqueueMany(
          wild,
          Array.from({ length: 10 }, () => ({ payload: { handler: 'enter' } })),
        ),
      );
      await tenant.run('a request', () => jobs.enqueue(wild, { handler: 'enter' }));
      await eventually(() => expect(seen).toHaveLength(11 * round));
    }
    expect(seen.every((store) => store === undefined)).toBe(true);
  });

  it('in a listener cannot change what the handler sees', async () => {
    let seen: unknown;
    const { id } = await enqueue((job) => Promise.resolve((seen = job.payload)).then(() => undefined));
    await until(id, { status: 'completed' });
    expect(seen).toEqual({ handler: 'it', list: [] });
  });

  it('gets a payload of null as null', async () => {
    let seen: unknown = 'nothing';
    handlers.set('null', async (job) => void (seen = job.payload));
    for (const options of [{}, { delayMs: 1 }]) {
      const { id } = await jobs.enqueue(wild, null, options);
      await until(id, { status: 'completed', payload: null });
      expect(seen).toBeNull();
    }
  });

  it('reports progress as often as it likes, and neither the end nor the shutdown waits for all of it', async () => {
    const { id } = await enqueue(async (_, { progress }) => {
      for (let i = 0; i < 100_000; i++) progress(i % 2 === 0 ? 100 : 50);
      progress(42);
    });
    await until(id, { status: 'completed', progress: 42 });
  });

  it.each([Number.NaN, Infinity])('fails its attempt with a progress of %p', async (percent) => {
    const { id } = await enqueue(async (job, { progress }) => progress(job.attempt === 1 ? percent : 10));
    await until(id, { status: 'completed', attempts: 2, progress: 10 });
    expect((await jobs.get(id))!.failures[0]!.error).toContain('progress: is ');
  });

  it.each([Number.NaN, -1, Date.now()])('fails its attempt with a snooze of %p', async (delayMs) => {
    const { id } = await enqueue(() => {
      throw new SnoozeJobError(delayMs);
    }, { maxAttempts: 2 }); // prettier-ignore
    await until(id, {
      status: 'failed',
      attempts: 2,
      error: expect.stringContaining('SnoozeJobError: delayMs') as string,
    });
  });

  it('is tried again when a job that it enqueues has an invalid payload', async () => {
    const { id } = await enqueue((job) =>
      job.attempt > 1 ? Promise.resolve() : jobs.enqueue(wild, { handler: 7 } as never),
    );
    await until(id, { status: 'completed', attempts: 2 });
    expect((await jobs.get(id))!.failures[0]!.error).toContain('JOBS_INVALID_PAYLOAD');
  });
});

function throwIt(error: unknown): never {
  throw error;
}

function ownCause(error: Error): Error {
  error.cause = error;
  return error;
}
