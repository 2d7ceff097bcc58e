import { Injectable } from '@nestjs/common';
import { defineJob, JobWorkerService, ProcessesJob, type Job, type JobProcessor } from '@monstera/jobs';
import { z } from 'zod';
import { WorkerStatus } from '../../libs/jobs/src/state/worker-status.js';
import { ClaimStore } from '../../libs/jobs/src/store/stages/claim.store.js';
import { WorkerStore } from '../../libs/jobs/src/store/worker.store.js';
import { WakeUp } from '../../libs/jobs/src/wake/wake-up.js';
import type { WakeFleet } from '../../libs/jobs/src/wake/turns/wake-fleet.js';
import { eventually } from '../support/index.js';
import { startHost, type Host } from './host.js';
import { useDatabase } from '../support/use-database.js';

const timed = defineJob({ type: 'timed', payload: z.object({}) });
const held = defineJob({ type: 'held', payload: z.object({}), queue: 'held' });

const POLL_MS = 60_000;
/** A job that its chosen workers leave starts some milliseconds later; the rest is for a slow machine. */
const SOON_MS = 1_000;
const WORKERS = 4;

const starts = new Map<string, number>();
const holding = new Map<string, () => void>();

@Injectable()
@ProcessesJob(timed)
class TimedProcessor implements JobProcessor<typeof timed> {
  async process({ id }: Job<typeof timed>): Promise<void> {
    starts.set(id, performance.now());
  }
}

@Injectable()
@ProcessesJob(held)
class HeldProcessor implements JobProcessor<typeof held> {
  process({ id }: Job<typeof held>): Promise<void> {
    return new Promise((resolve) => holding.set(id, resolve));
  }
}

describe('a fleet of four idle workers', () => {
  const database = useDatabase({ each: true });
  let producer: Host;
  let workers: Host[];
  let claims: jest.SpyInstance;

  beforeEach(async () => {
    database.closeFirst(async () => {
      jest.restoreAllMocks();
      for (const end of holding.values()) end();
      await Promise.all(workers.map((worker) => worker.close()));
      await producer.close();
      holding.clear();
    });
    const { url } = database;
    producer = await startHost({ url, jobs: { role: 'producer' } });
    workers = await Promise.all(
      Array.from({ length: WORKERS }, () =>
        startHost({
          url,
          providers: [TimedProcessor, HeldProcessor],
          jobs: {
            concurrency: 1,
            pollIntervalMs: POLL_MS,
            lease: { renewMs: 200, fenceAfterMs: 5_000, deadAfterMs: 60_000 },
          },
        }),
      ),
    );
    for (const worker of workers) await eventually(() => worker.get(WorkerStatus).listening);
    await eventually(() => workers.every((worker) => peersOf(worker) === WORKERS), { timeoutMs: 10_000 });
    await eventually(idle);
    claims = jest.spyOn(ClaimStore.prototype, 'claim');
  });

  const turnsOf = (worker: Host) => worker.get(JobWorkerService)['running']!.turns;
  const peersOf = (worker: Host) => (turnsOf(worker)['options'].fleet as WakeFleet).of('default').length;
  /** Each has looked and sleeps. */
  const idle = () => workers.every((worker) => performance.now() - worker.get(WorkerStatus).lastClaimMs! > 200);
  const enqueue = async () => (await producer.jobs.enqueue(timed, {})).id;

  /** How long after the call each of the jobs starts, one by one while the workers sleep. */
  async function latencies(count: number): Promise<number[]> {
    const all: number[] = [];
    for (let i = 0; i < count; i++) {
      await eventually(idle);
      const sentMs = performance.now();
      const id = await enqueue();
      all.push((await eventually(() => starts.get(id) ?? false, { timeoutMs: POLL_MS / 4 })) - sentMs);
    }
    return all;
  }

  /** How many milliseconds after its due time a delayed job starts. */
  async function latenessOf(delayMs: number): Promise<number> {
    const { id } = await producer.jobs.enqueue(timed, {}, { delayMs });
    await eventually(() => starts.get(id) ?? false);
    const [row] = await producer.dataSource.query<{ late_ms: number }[]>(
      `select extract(epoch from started_at - scheduled_at)::float8 * 1000 as late_ms from jobs where id = $1`,
      [id],
    );
    return row!.late_ms;
  }

  /** Gives all workers but one a job that keeps their slot. */
  async function occupyAllButOne(): Promise<void> {
    for (let busy = 1; busy < WORKERS; busy++) {
      await producer.jobs.enqueue(held, {});
      await eventually(() => expect(holding.size).toBe(busy));
      await eventually(idle);
    }
  }

  it('makes one claim for a job, and one to see whether more have come', async () => {
    await latencies(12);
    await eventually(idle);
    expect(claims.mock.calls.length).toBeLessThanOrEqual(12 * 3);
  });

  it('starts each job soon while all but one of them are busy, whichever of them it is for', async () => {
    await occupyAllButOne();
    expect(Math.max(...(await latencies(8)))).toBeLessThan(SOON_MS);
  });

  it('starts each job soon while all but one of them hear nothing', async () => {
    for (const worker of workers.slice(1)) jest.spyOn(worker.get(WakeUp), 'hear').mockImplementation(() => {});
    expect(Math.max(...(await latencies(8)))).toBeLessThan(SOON_MS);
  });

  it('starts each job soon after all but one of them died, which nobody has noticed yet', async () => {
    jest.spyOn(WorkerStore.prototype, 'retire').mockResolvedValue();
    for (const worker of workers.splice(1)) await worker.close();
    expect(Math.max(...(await latencies(8)))).toBeLessThan(SOON_MS);
    expect(peersOf(workers[0]!)).toBe(WORKERS);
  });

  it('starts each job soon when all but one of them do not work on its queue', async () => {
    const others = workers.splice(1);
    await Promise.all(others.map((worker) => worker.close()));
    for (let i = 1; i < WORKERS; i++) {
      const jobs = { queues: ['held'], lease: { renewMs: 200, fenceAfterMs: 5_000, deadAfterMs: 60_000 } };
      workers.push(await startHost({ url: database.url, providers: [HeldProcessor], jobs }));
    }
    await eventually(() => peersOf(workers[0]!) === 1);
    expect(Math.max(...(await latencies(8)))).toBeLessThan(SOON_MS);
  });

  it('all take part in what comes at once, in one call or in one transaction', async () => {
    await producer.jobs.enqueueMany(
      held,
      Array.from({ length: WORKERS }, () => ({ payload: {} })),
    );
    await eventually(() => expect(holding.size).toBe(WORKERS));
    for (const end of holding.values()) end();
    await eventually(idle);
    holding.clear();
    const hear = jest.spyOn(workers[0]!.get(WakeUp), 'hear');
    await producer.dataSource.transaction(async (manager) => {
      for (let i = 0; i < WORKERS; i++) await producer.jobs.enqueue(held, {}, { manager });
    });
    await eventually(() => expect(holding.size).toBe(WORKERS));
    expect(hear.mock.calls.map(([text]) => (JSON.parse(text) as { jobs: number }).jobs)).toEqual([WORKERS]);
  });

  it('all look at once at a message of an older version, which does not say how many jobs there are', async () => {
    await producer.dataSource.query(
      `select pg_notify('monstera_jobs', '{"from":"older","queues":["default"],"cancel":false}')`,
    );
    await eventually(() => expect(claims.mock.calls.length).toBeGreaterThanOrEqual(WORKERS));
  });

  it('starts delayed jobs on time, once, without all of them asking for each', async () => {
    const asked = jest.spyOn(ClaimStore.prototype, 'nextDueMs');
    const counts: { claims: number; asked: number }[] = [];
    for (let i = 0; i < 5; i++) {
      await eventually(idle);
      claims.mockClear();
      asked.mockClear();
      expect(await latenessOf(400)).toBeLessThan(SOON_MS);
      await eventually(idle);
      counts.push({ claims: claims.mock.calls.length, asked: asked.mock.calls.length });
    }
    // All four share one event loop here: where it stalls as a job falls due, all look at once.
    const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[2];
    expect(median(counts.map(({ claims }) => claims))).toBeLessThanOrEqual(3);
    expect(median(counts.map(({ asked }) => asked))).toBeLessThanOrEqual(2 * WORKERS);
  });
});
