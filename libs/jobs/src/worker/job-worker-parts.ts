import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import type { JobEventBus } from '../state/job-event-bus.js';
import type { WorkerStatus } from '../state/worker-status.js';
import type { JobsOptions } from '../jobs.options.js';
import type { DefinitionRegistry } from '../handle/definition.registry.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { WorkerIdentity } from '../store/worker.store.js';
import type { WakeTurns } from '../wake/turns/wake-turns.js';
import type { WorkerStores } from './worker-stores.js';
import type { Clock } from '../support/time/clock.js';

/** A job claimed ahead that has not started by then is handed back: another worker may have a free slot. */
export const UNSTARTED_MS = 1_000;
/** How long a shutdown waits for the outcomes of aborted jobs. */
export const SETTLE_MS = 1_000;
/** How long a shutdown waits for the last statement. By then it has a reply or its connection is given up. */
export const LAST_ANSWER_MS = 12_000;

export interface JobWorkerParts extends Pick<
  WorkerStores,
  'claims' | 'searches' | 'outcomes' | 'logs' | 'jobs' | 'workers'
> {
  options: JobsOptions;
  /** The host's connections, for transactions of handlers. */
  dataSource: DataSource;
  registry: DefinitionRegistry;
  bus: JobEventBus;
  status: WorkerStatus;
  clock: Clock;
  watch: DatabaseWatch;
  queues: string[];
  /** The most slots that an operator can set. Null: as many as any worker can have. */
  maxSlots: number | null;
  weightOf: (queue: string) => number;
  turns: WakeTurns;
  /** Whether somebody waits for the end of this job. */
  isAwaited: (id: string) => boolean;
  /** Whether the lease is held now. */
  mayClaim: () => boolean;
}

/** How a worker shows itself to the fleet. */
export function identityOf(id: string, { options, queues, maxSlots }: JobWorkerParts): WorkerIdentity {
  return { id, host: hostname(), pid: process.pid, version: options.version, queues, maxSlots };
}
