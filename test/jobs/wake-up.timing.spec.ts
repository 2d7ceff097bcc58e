import { Injectable } from '@nestjs/common';
import { defineJob, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { WakeUp } from '../../libs/jobs/src/wake/wake-up.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const timed = defineJob({ type: 'timed', payload: z.object({}) });
const POLL_MS = 120_000;

const started = new Map<string, number>();

@Injectable()
@ProcessesJob(timed)
class TimedProcessor implements JobProcessor<typeof timed> {
  async process({ id }: Job<typeof timed>): Promise<void> {
    started.set(id, Date.now());
  }
}

describe('a worker that looks every two minutes', () => {
  const database = useDatabase();
  let producer: Host;
  let worker: Host;
  let status: WorkerStatus;
  let hear: jest.SpyInstance<void, [string]>;

  beforeAll(async () => {
    database.closeFirst(async () => {
      await producer.close();
      await worker.close();
    });
    const { url } = database;
    // What interval the producer has must not count.
    producer = await startHost({ url, jobs: { role: 'producer', pollIntervalMs: 10 } });
    worker = await startHost({ url, providers: [TimedProcessor], jobs: { pollIntervalMs: POLL_MS } });
    status = worker.get(WorkerStatus);
    hear = jest.spyOn(worker.get(WakeUp), 'hear');
    await eventually(() => status.listening);
    await startOf((await producer.jobs.enqueue(timed, {})).id);
  });

  /** Until it sleeps: a worker that has just had jobs looks again soon. */
  beforeEach(() => eventually(() => performance.now() - status.lastClaimMs! > 200));

  const startOf = (id: string) => eventually(() => started.get(id) ?? false);
  const dueAt = async (id: string) => (await producer.jobs.get(id))!.scheduledAt.getTime();
  const latenessOf = async (id: string) => (await startOf(id)) - (await dueAt(id));
  const inMs = (ms: number) => new Date(Date.now() + ms);

  it.each([
    ['a delay', () => ({ delayMs: 800 })],
    ['a date', () => ({ scheduledAt: inMs(800) })],
    ['a delay and a key', () => ({ delayMs: 800, uniqueKey: 'timed' })],
  ])('starts a job with %s once it falls due', async (_, options) => {
    const { id } = await producer.jobs.enqueue(timed, {}, options());
    expect(await latenessOf(id)).toBeLessThan(500);
  });

  it('starts the jobs of one call as each falls due, whatever their order', async () => {
    const jobs = [{ delayMs: 1_500 }, { scheduledAt: inMs(700) }, { delayMs: 3_600_000 }];
    const enqueued = await producer.jobs.enqueueMany(
      timed,
      jobs.map((options) => ({ payload: {}, ...options })),
    );
    expect(await latenessOf(enqueued[1]!.id)).toBeLessThan(500);
    expect(await latenessOf(enqueued[0]!.id)).toBeLessThan(500);
  });

  it('counts the delay of a job in a transaction from its start, as the database does', async () => {
    const before = status.lastClaimMs!;
    const id = await producer.dataSource.transaction(async (manager) => {
      await manager.query('select pg_sleep(1.5)');
      // By the clock of the call it falls due after the worker's next look, by that of the database before it.
      return (await producer.jobs.enqueue(timed, {}, { manager, delayMs: POLL_MS + 1_000 })).id;
    });
    expect((await dueAt(id)) - Date.now()).toBeLessThan(POLL_MS);
    await heardOf(POLL_MS - 5_000, POLL_MS);
    await eventually(() => status.lastClaimMs! > before);
  });

  it('is not woken for a job that falls due after its next look', async () => {
    const before = status.lastClaimMs;
    await producer.jobs.enqueue(timed, {}, { delayMs: POLL_MS + 60_000 });
    await heardOf(POLL_MS + 50_000, POLL_MS + 60_000);
    expect(status.lastClaimMs).toBe(before);
    await producer.jobs.enqueue(timed, {}, { delayMs: POLL_MS - 1_000 });
    await eventually(() => expect(status.lastClaimMs).toBeGreaterThan(before!));
  });

  it('hears nothing of a job that falls due in more than an hour', async () => {
    hear.mockClear();
    await producer.jobs.enqueue(timed, {}, { delayMs: 3_600_000 + 60_000 });
    await producer.jobs.enqueue(timed, {}, { delayMs: 3_600_000 - 60_000 });
    await heardOf(3_530_000, 3_540_000);
    expect(hear).toHaveBeenCalledTimes(1);
  });

  /** Waits for the message that a job falls due after this time. */
  function heardOf(minMs: number, maxMs: number): Promise<unknown> {
    return eventually(() => {
      const messages = hear.mock.calls.map(([text]) => JSON.parse(text) as { dueInMs?: number });
      return messages.some(({ dueInMs = 0 }) => dueInMs > minMs && dueInMs <= maxMs);
    });
  }
});
