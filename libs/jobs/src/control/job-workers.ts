import { Injectable } from '@nestjs/common';
import { isUuid } from '../job/job-id.js';
import { InvalidJobOptionError, JobConflictError, JobsError } from '../job/job.errors.js';
import { optionNames, requireKnownOptions } from '../job/validate/known-options.js';
import { requireInteger, shownValue } from '../job/validate/option-checks.js';
import type { ListedWorkerRow } from '../store/sql/control/list-workers.sql.js';
import { WorkerStore } from '../store/worker.store.js';
import { dateOrNull } from './date-or-null.js';
import { FleetLooks } from './fleet-looks.js';
import { OPERATOR_OPTIONS, Operations, type OperatorOptions } from './operations.js';

/** A worker of the fleet. */
export interface JobWorkerView {
  id: string;
  host: string;
  pid: number;
  /** The option `version` of its process; `unknown` if nobody has said it. */
  version: string;
  queues: string[];
  /** How many jobs it runs at once, as of its last renewal. */
  slots: number;
  /** What an operator has set since its last renewal. Null: nothing. */
  wantedSlots: number | null;
  /** The most slots that an operator can set, because of its pool of connections. Null: 1,000. */
  maxSlots: number | null;
  /** Since when it starts no jobs because an operator drains it. Null: it does. */
  drainingSince: Date | null;
  /** How many jobs it has claimed and not ended, among at most 10,000 such jobs of each shard: those with `processing`. */
  running: number;
  /** How many of its slots have one of these jobs. Never more than `slots`. */
  busySlots: number;
  /**
   * How many of these jobs are beyond its slots: it has claimed them ahead, and they wait for a slot. For a moment after its
   * slots were lowered, these are jobs that still run.
   */
  claimedAhead: number;
  startedAt: Date;
  /** When it last renewed its lease. */
  lastSeenAt: Date;
  /** False once it has stopped or was declared dead, or has been silent for longer than `lease.deadAfterMs`. */
  alive: boolean;
}

const READ_OPTIONS = optionNames<Pick<OperatorOptions, 'manager'>>({ manager: true });
const MAX_SLOTS = 1_000;

/**
 * Shows the workers of all processes, drains them and sets how many jobs they run at once. A worker takes what is set within
 * a second, and within the option `lease.renewMs` (5 seconds) where no NOTIFY arrives. It lasts as long as the worker's
 * process: after a restart, it starts jobs again, with the slots of its option `concurrency`.
 *
 * `drain` and `resume` throw `JobsError` JOBS_UNKNOWN_WORKER if no worker with the id lives.
 */
@Injectable()
export class JobWorkers {
  constructor(
    private readonly operations: Operations,
    private readonly fleet: FleetLooks,
  ) {}

  /**
   * Living workers and those that died in the last hour, at most 1,000: the living ones first, last seen first. Calls
   * within two seconds share an answer, unless an operator has changed something in between.
   */
  async list(given: Pick<OperatorOptions, 'manager'> = {}): Promise<JobWorkerView[]> {
    requireKnownOptions('', given, READ_OPTIONS);
    const { byWorker } = await this.fleet.running(given.manager);
    const rows = await this.fleet.workers(given.manager);
    return rows.map((row) => toWorker(row, byWorker.get(row.id) ?? 0));
  }

  /**
   * Lets a worker finish what it runs and start nothing more. It stays alive and visible. Jobs that wait for one of its slots
   * go back to their place with their attempt unused. One that is drained already stays so.
   */
  drain(id: string, given: OperatorOptions = {}): Promise<void> {
    return this.change('worker.drain', id, given, {}, (store) => store.drain(id, true));
  }

  /** Lets a drained worker start jobs again. One that is not drained stays as it is. */
  resume(id: string, given: OperatorOptions = {}): Promise<void> {
    return this.change('worker.resume', id, given, {}, (store) => store.drain(id, false));
  }

  /**
   * Sets how many jobs a worker runs at once, 1 to 1,000, or all that live. With fewer, running jobs end first. Of `all`, each
   * gets as many as its pool of connections allows, and workers that start later get none of it. Returns how many workers
   * there were.
   *
   * Throws `InvalidJobOptionError`, and for a single worker `JobConflictError` JOBS_POOL_TOO_SMALL if its pool is too small for
   * so many, or `JobsError` JOBS_UNKNOWN_WORKER.
   */
  async setConcurrency(id: string, slots: number, given: OperatorOptions = {}): Promise<number> {
    requireInteger('concurrency', slots, 1, MAX_SLOTS);
    if (id === 'all') {
      requireKnownOptions('', given, OPERATOR_OPTIONS);
      const operation = { action: 'worker.concurrency', details: { worker: id, slots } };
      return this.operations.change(given, operation, (executor) => new WorkerStore(executor).wantSlots(null, slots));
    }
    await this.change('worker.concurrency', id, given, { slots }, async (store, maxSlots) => {
      if (maxSlots !== null && slots > maxSlots) throw poolTooSmall(id, slots, maxSlots);
      await store.wantSlots(id, slots);
    });
    return 1;
  }

  private async change(
    action: string,
    id: string,
    given: OperatorOptions,
    details: Record<string, unknown>,
    change: (store: WorkerStore, maxSlots: number | null) => Promise<unknown>,
  ): Promise<void> {
    if (!isUuid(id)) throw new InvalidJobOptionError('worker', `${shownValue(id)} is not the id of a worker`);
    requireKnownOptions('', given, OPERATOR_OPTIONS);
    await this.operations.change(given, { action, details: { worker: id, ...details } }, async (executor) => {
      const store = new WorkerStore(executor);
      const row = await store.lock(id);
      if (!row) throw unknownWorker(id);
      await change(store, row.max_slots);
    });
  }
}

function toWorker(row: ListedWorkerRow, running: number): JobWorkerView {
  const { id, host, pid, version, queues, slots, alive } = row;
  const busySlots = Math.min(running, slots);
  return {
    id,
    host,
    pid,
    version,
    queues,
    slots,
    wantedSlots: row.wanted_slots === slots ? null : row.wanted_slots,
    maxSlots: row.max_slots,
    drainingSince: dateOrNull(row.draining_ms),
    running,
    busySlots,
    claimedAhead: running - busySlots,
    startedAt: new Date(row.started_ms),
    lastSeenAt: new Date(row.seen_ms),
    alive,
  };
}

function unknownWorker(id: string): JobsError {
  return new JobsError({
    code: 'JOBS_UNKNOWN_WORKER',
    what: `No worker with the id ${id} lives.`,
    fix: 'List the workers: one that restarts has another id.',
  });
}

function poolTooSmall(id: string, slots: number, maxSlots: number): JobConflictError {
  return new JobConflictError({
    code: 'JOBS_POOL_TOO_SMALL',
    what: `Worker ${id} can run ${maxSlots} jobs at once, not ${slots}: each may need a connection of its pool.`,
    fix: "Raise TypeORM's poolSize of its application, or start another worker.",
  });
}
