import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import {
  defineJob,
  OnJobEvent,
  ProcessesJob,
  type EnqueueOptions,
  type Job,
  type JobContext,
  type JobEvent,
  type JobProcessor,
} from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { startHost, type Host } from './host.js';

const CONCURRENCY = 3;
export const SHUTDOWN_MS = 500;
const payload = z.object({ handler: z.string(), list: z.array(z.string()).default([]) }).nullable();

/** A type whose handler a test makes up as it goes. A payload of null is handled by the handler `null`. */
export const wild = defineJob({ type: 'wild', payload, retry: { type: 'fixed', initialDelayMs: 20 } });
export const tenant = new AsyncLocalStorage<string>();

type Handler = (job: Job<typeof wild>, context: JobContext) => unknown;

@Injectable()
@ProcessesJob(wild)
class WildProcessor implements JobProcessor<typeof wild> {
  readonly handlers = new Map<string, Handler>();

  process(job: Job<typeof wild>, context: JobContext): Promise<unknown> {
    return this.handlers.get(job.payload?.handler ?? 'null')!(job, context) as Promise<unknown>;
  }
}

/** Each of its methods does what it should not. */
@Injectable()
class WildListener {
  readonly ends: JobEvent[] = [];

  @OnJobEvent('started')
  started(event: JobEvent) {
    tenant.enterWith('listener');
    (event.payload as { list?: string[] } | null)?.list?.push('changed by a listener');
    throw new Proxy(new Error('x'), { get: () => fail('no text') });
  }

  @OnJobEvent('completed')
  completed(event: JobEvent) {
    this.ends.push(event);
  }

  @OnJobEvent('failed')
  failed(event: JobEvent) {
    this.ends.push(event);
  }

  @OnJobEvent('retried')
  async retried() {
    await Promise.resolve();
    throw Object.defineProperty(new Error('later'), 'stack', { get: () => fail('no stack') });
  }
}

export function fail(message: string): never {
  throw new Error(message);
}

/** An application in which user code misbehaves; it notes each rejection that nobody handled. */
export class WildHost {
  readonly unhandled: unknown[] = [];
  private readonly note = (error: unknown) => void this.unhandled.push(error);

  private constructor(
    private readonly database: TestDatabase,
    private readonly host: Host,
  ) {
    process.on('unhandledRejection', this.note);
  }

  static async start(): Promise<WildHost> {
    const database = await createTestDatabase();
    const providers = [WildProcessor, WildListener];
    const jobs = { concurrency: CONCURRENCY, pollIntervalMs: 200, abortGraceMs: 100, shutdownTimeoutMs: SHUTDOWN_MS };
    const host = await startHost({ url: database.url, providers, jobs });
    Logger.overrideLogger(false);
    return new WildHost(database, host);
  }

  get jobs() {
    return this.host.jobs;
  }

  get handlers(): Map<string, Handler> {
    return this.host.get(WildProcessor, { strict: false }).handlers;
  }

  /** How a job ended, each time that it did. */
  endsOf(id: string): string[] {
    const { ends } = this.host.get(WildListener, { strict: false });
    return ends.filter((event) => event.id === id).map(({ name }) => name);
  }

  enqueue(handler: Handler, options: EnqueueOptions = {}) {
    this.handlers.set('it', handler);
    return this.jobs.enqueue(wild, { handler: 'it' }, options);
  }

  enqueueMany(handler: string, count: number) {
    return this.jobs.enqueueMany(
      wild,
      Array.from({ length: count }, () => ({ payload: { handler } })),
    );
  }

  expectJob(id: string, expected: object) {
    return eventually(async () => expect(await this.jobs.get(id)).toMatchObject(expected), { intervalMs: 10 });
  }

  /** That every slot still takes jobs, all at once. */
  async expectAllSlots(): Promise<void> {
    let running = 0;
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    this.handlers.set('slot', async () => {
      running++;
      await released;
    });
    await this.enqueueMany('slot', CONCURRENCY);
    await eventually(() => expect(running).toBe(CONCURRENCY));
    release();
    await eventually(() => expect(this.host.get(WorkerStatus, { strict: false }).activeSlots).toBe(0));
  }

  async close(): Promise<void> {
    await this.host.close();
    await this.database.drop();
    process.off('unhandledRejection', this.note);
  }
}
