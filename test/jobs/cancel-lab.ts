import { Injectable } from '@nestjs/common';
import {
  defineJob,
  OnJobEvent,
  ProcessesJob,
  type Job,
  type JobContext,
  type JobEvent,
  type JobOptions,
  type JobProcessor,
  type JobsModuleOptions,
} from '@monstera/jobs';
import { z } from 'zod';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { startHost, type Host } from './host.js';

/** Long enough for all cancels of a test to be acknowledged. */
export const AGAIN_AFTER_MS = 1_500;

export const scripted = defineJob({
  type: 'scripted',
  payload: z.object({ script: z.string() }),
  retry: { type: 'fixed', initialDelayMs: AGAIN_AFTER_MS, maxDelayMs: AGAIN_AFTER_MS },
});

/** Upkeep in quick rounds. */
export const OFTEN: JobsModuleOptions = { lease: { renewMs: 100, fenceAfterMs: 1_000, deadAfterMs: 3_000 } };
export const WITHOUT_LISTEN: JobsModuleOptions = { ...OFTEN, pooled: true, pollIntervalMs: 100 };

type Handler = (job: Job<typeof scripted>, context: JobContext) => Promise<unknown>;

/** What the scripts of payloads do. */
export const handlers: Record<string, Handler> = {};
/** Every start of a job and every acknowledged cancel, in order. */
export const log: string[] = [];
export const cancelledEvents: JobEvent[] = [];

@Injectable()
@ProcessesJob(scripted)
class ScriptedProcessor implements JobProcessor<typeof scripted> {
  async process(job: Job<typeof scripted>, context: JobContext): Promise<void> {
    log.push(`start ${job.id}`);
    await handlers[job.payload.script]!(job, context);
  }

  @OnJobEvent('cancelled')
  hear(event: JobEvent): void {
    cancelledEvents.push(event);
  }
}

/** A database with a process that runs nothing, and workers beside it. */
export class CancelLab {
  private readonly workers: Host[] = [];

  private constructor(
    private readonly database: TestDatabase,
    readonly producer: Host,
  ) {}

  static async open(jobs: JobsModuleOptions = {}): Promise<CancelLab> {
    log.length = cancelledEvents.length = 0;
    const database = await createTestDatabase();
    const options = { role: 'producer' as const, definitions: [scripted], ...jobs };
    return new CancelLab(database, await startHost({ url: database.url, jobs: options }));
  }

  async close(): Promise<void> {
    for (const host of [...this.workers.splice(0), this.producer]) await host.close();
    await this.database.drop();
  }

  async startWorker(jobs: JobsModuleOptions = {}): Promise<Host> {
    const options = { concurrency: 20, ...jobs };
    const worker = await startHost({ url: this.database.url, providers: [ScriptedProcessor], jobs: options });
    this.workers.push(worker);
    return worker;
  }

  async closeWorkers(): Promise<void> {
    for (const host of this.workers.splice(0)) await host.close();
  }

  async enqueue(script: string, options: JobOptions = {}): Promise<string> {
    return (await this.producer.jobs.enqueue(scripted, { script }, options)).id;
  }

  async enqueueMany(script: string, count: number): Promise<string[]> {
    const jobs = Array.from({ length: count }, () => ({ payload: { script } }));
    return (await this.producer.jobs.enqueueMany(scripted, jobs)).map(({ id }) => id);
  }

  async cancel(id: string, by = this.producer): Promise<string> {
    const { status } = await by.jobs.cancel(id);
    log.push(`acknowledged ${id}`);
    return status;
  }

  query<T>(text: string, values: unknown[] = []): Promise<T[]> {
    return this.producer.dataSource.query<T[]>(text, values);
  }

  /** How many jobs there are of each status. */
  async statuses(): Promise<Record<string, number>> {
    const rows = await this.query<{ status: string; n: number }>(
      'select status, count(*)::int as n from jobs group by status',
    );
    return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
  }

  requests(): Promise<unknown[]> {
    return this.query('select * from job_signals');
  }

  until(id: string, expected: object): Promise<void> {
    return eventually(async () => expect(await this.producer.jobs.get(id)).toMatchObject(expected));
  }

  /** The next round of upkeep deletes the requests of finished jobs. */
  async noRequestsLeft(): Promise<void> {
    await eventually(async () => expect(await this.requests()).toEqual([]), { timeoutMs: 8_000 });
  }

  startsAfterAcknowledgement(): string[] {
    const acknowledged = new Set<string>();
    return log.filter((line) => {
      const [what, id] = line.split(' ') as [string, string];
      if (what === 'acknowledged') acknowledged.add(id);
      return what === 'start' && acknowledged.has(id);
    });
  }
}
