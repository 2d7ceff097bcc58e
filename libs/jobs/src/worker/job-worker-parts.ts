import type { DataSource } from 'typeorm';
import type { JobEventBus } from '../state/job-event-bus.js';
import type { WorkerStatus } from '../state/worker-status.js';
import type { JobsOptions } from '../jobs.options.js';
import type { DefinitionRegistry } from '../handle/definition.registry.js';
import type { FleetStore } from '../store/fleet.store.js';
import type { JobStore } from '../store/job.store.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { WakeTurns } from '../wake/wake-turns.js';

/** Claimed ahead but not started for so long: somebody else may have a free slot. */
export const UNSTARTED_MS = 1_000;
/** At a shutdown, for the outcomes of what was aborted. */
export const SETTLE_MS = 1_000;
/** A statement under way has its answer by then, or its line is given up; then nothing is waited for any more. */
export const LAST_ANSWER_MS = 12_000;

export interface JobWorkerParts {
  options: JobsOptions;
  /** The host's connections, for handlers' own transactions. */
  dataSource: DataSource;
  jobs: JobStore;
  /** For statements that step over dead index entries, and may take long. */
  searches: JobStore;
  fleet: FleetStore;
  registry: DefinitionRegistry;
  bus: JobEventBus;
  status: WorkerStatus;
  watch: DatabaseWatch;
  queues: string[];
  weightOf: (queue: string) => number;
  turns: WakeTurns;
  /** Whether the lease is held at this moment. */
  mayClaim: () => boolean;
}
