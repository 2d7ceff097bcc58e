import type { DataSource, EntityManager } from 'typeorm';
import type { JobsOptions } from '../../jobs.options.js';
import { look } from '../../store/bounded-read.js';
import { isCancelled } from '../../store/connection/database-errors.js';
import { ManagerExecutor } from '../../store/connection/executors.js';
import { inSchema } from '../../store/in-schema.js';
import type { WhyRow } from '../../store/sql/control/why-not-running.sql.js';
import type { Executor } from '../../store/statement.js';
import { WhyStore } from '../../store/control/why.store.js';
import type { Ahead, WhyFacts } from './why-not-running.js';

export interface WhyReading {
  dataSource: DataSource;
  options: Pick<JobsOptions, 'shards' | 'schema' | 'waitTimeoutMs' | 'lease'>;
  manager: EntityManager | undefined;
}

const MAX_AHEAD = 10_000;

/** Reads the facts about a job, each statement within two seconds. Null if there is no such job. */
export async function readWhyFacts(reading: WhyReading, shard: number, id: string): Promise<WhyFacts | null> {
  const { deadAfterMs } = reading.options.lease;
  const row = await read(reading, (store) => store.facts(shard, id, deadAfterMs));
  if (!row) return null;
  return toFacts(row, row.status === 'pending' && row.in_ms <= 0 ? await readAhead(reading, row) : null);
}

/** Null where it takes too long, such as beside a held snapshot: the other reasons can be told without it. */
async function readAhead(reading: WhyReading, row: WhyRow): Promise<Ahead | null> {
  const { shards, lease } = reading.options;
  try {
    return await read(reading, async (store) => {
      let busy = 0;
      let jobs = 0;
      for (let shard = 0; shard < shards; shard++) {
        const { queue, priority, scheduled_at, id } = row;
        const limit = MAX_AHEAD + 1;
        const found = await store.ahead(shard, queue, priority, scheduled_at, id, lease.deadAfterMs, limit);
        busy += found.busy;
        jobs += found.ahead;
      }
      return { busy, jobs: Math.min(jobs, MAX_AHEAD), capped: jobs > MAX_AHEAD };
    });
  } catch (error) {
    // In a transaction of the caller, which has failed with the statement, no further answer is possible.
    if (isCancelled(error) && !reading.manager) return null;
    throw error;
  }
}

function read<T>({ dataSource, options, manager }: WhyReading, work: (store: WhyStore) => Promise<T>): Promise<T> {
  const workOn = (executor: Executor) => work(new WhyStore(executor));
  if (!manager) return look(dataSource, options, workOn);
  return workOn(inSchema(new ManagerExecutor(dataSource, manager, options.waitTimeoutMs), options.schema));
}

function toFacts(row: WhyRow, ahead: Ahead | null): WhyFacts {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms));
  const { worker_id: workerId, host, pid, worker_lives: lives } = row;
  return {
    type: row.type,
    queue: row.queue,
    status: row.status,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    runs: row.run,
    crashes: row.crashes,
    scheduledAt: new Date(row.scheduled_ms),
    inMs: row.in_ms,
    startedAt: time(row.started_ms),
    completedAt: time(row.completed_ms),
    worker: workerId === null ? null : { id: workerId, host, pid, lives },
    pausedAt: time(row.paused_ms),
    typePausedAt: time(row.type_paused_ms),
    cancelRequested: row.cancel_requested,
    workers: row.workers,
    slots: row.slots,
    typeMayBeKnown: row.type_may_be_known,
    ahead,
  };
}
