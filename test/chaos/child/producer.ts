import {
  JobConflictError,
  JobNotFoundError,
  type JobOptions,
  type JobService,
  type PayloadInput,
} from '@monstera/jobs';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { ledgerJob } from './ledger-job.js';

export type LedgerPayload = PayloadInput<typeof ledgerJob>;

/** Jobs that a producer is to enqueue at a steady rate, until it is told to stop. */
export interface Order {
  perSecond: number;
  payload: LedgerPayload;
  options?: JobOptions;
  /** The share of them that is cancelled again, at once. */
  cancelled?: number;
}

export interface Delivery {
  /** Ids whose enqueuing has been acknowledged: these must not get lost. */
  acked: string[];
  failed: number;
  error?: string;
}

const TICK_MS = 50;
/** Beyond this the producer does not catch up: it shows what the database can take. */
const MAX_BATCH = 500;

/** Takes an order by message, answers with deliveries, and with `{ stopped: true }` after `{ stop: true }`. */
export function answerOrders(jobs: JobService, dataSource: DataSource): void {
  let stopping: AbortController | null = null;
  process.on('message', (message: { order?: Order; stop?: boolean }) => {
    if (message.stop) stopping?.abort();
    if (!message.order) return;
    stopping = new AbortController();
    void deliver(jobs, new Backlog(dataSource), message.order, stopping.signal).then(() =>
      process.send?.({ stopped: true }),
    );
  });
}

/** More than workers get done in a moment: what waits behind it would be counted as slow to recover. */
const LONG_BACKLOG = 1_000;
const LOOK_EVERY_MS = 500;

/** Whether the workers are behind. A slow machine then gets fewer jobs, which shows in the rate, and no queue of minutes. */
class Backlog {
  private lookedMs = -Infinity;
  private long = false;

  constructor(private readonly dataSource: DataSource) {}

  async isLong(): Promise<boolean> {
    if (performance.now() - this.lookedMs < LOOK_EVERY_MS) return this.long;
    this.lookedMs = performance.now();
    // While the database is away there is nothing to be seen, and the enqueuing itself shall find out.
    const waiting = await this.dataSource.query<object[]>(WAITING, [LONG_BACKLOG]).catch(() => []);
    this.long = waiting.length >= LONG_BACKLOG;
    return this.long;
  }
}

const WAITING = `select 1 from jobs where shard = 0 and status = 'pending' and scheduled_at <= now() limit $1`;

async function deliver(jobs: JobService, backlog: Backlog, order: Order, stop: AbortSignal): Promise<void> {
  const startedMs = performance.now();
  let sent = 0;
  while (!stop.aborted) {
    const due = Math.floor(((performance.now() - startedMs) / 1_000) * order.perSecond) - sent;
    sent += due;
    if (due > 0 && !(await backlog.isLong()))
      process.send?.({ delivery: await attempt(jobs, order, Math.min(due, MAX_BATCH)) });
    await delay(TICK_MS);
  }
}

async function attempt(jobs: JobService, order: Order, length: number): Promise<Delivery> {
  const { payload, options, cancelled = 0 } = order;
  try {
    const enqueued = await jobs.enqueueMany(
      ledgerJob,
      Array.from({ length }, () => ({ payload, ...options })),
    );
    const acked = enqueued.filter(({ duplicate }) => !duplicate).map(({ id }) => id);
    for (const id of acked) if (Math.random() < cancelled) await cancel(jobs, id);
    return { acked, failed: 0 };
  } catch (error) {
    return { acked: [], failed: length, error: (error as Error).message };
  }
}

/** One that has ended in the meantime cannot be cancelled, and that is no failure. */
async function cancel(jobs: JobService, id: string): Promise<void> {
  await jobs.cancel(id).catch((error: unknown) => {
    if (!(error instanceof JobConflictError || error instanceof JobNotFoundError)) throw error;
  });
}
