import type { IndexRow, StorageRow } from '../../store/sql/doctor/read-storage.sql.js';
import type { ServerRow } from '../../store/sql/doctor/read-server.sql.js';
import type { SnapshotRow } from '../../store/sql/doctor/read-snapshots.sql.js';
import type { WorkerViewRow } from '../../store/sql/doctor/read-workers.sql.js';

/** What the doctor could not look at, and why. */
export interface Unseen {
  what: string;
  why: string;
}

/** A queue, as far as the verdicts go. */
export interface SeenQueue {
  name: string;
  paused: boolean;
  pending: number;
  /** Null if no job is due. */
  oldestDueMs: number | null;
  /** Living workers that claim from it. */
  workers: number;
}

/** A paused type. */
export interface SeenType {
  type: string;
  pending: number;
}

/** Everything that the verdicts are based on. A part is null if it could not be read; `unseen` then says why. */
export interface Facts {
  server: ServerRow | null;
  /** Milliseconds by which the server's clock is ahead of this machine's, and by how much that may be wrong. */
  clock: { aheadMs: number; uncertainMs: number } | null;
  /** The migrations of this version that have not run. */
  pendingMigrations: string[] | null;
  /** The columns that this version needs and that are not there, such as `jobs.shard`. */
  missingColumns: string[] | null;
  storage: StorageRow | null;
  indexes: IndexRow[] | null;
  /** The indexes that the migrations make, with the SQL that makes each again without a lock. */
  expectedIndexes: { name: string; sql: string }[];
  /** Those that are older than a second. */
  snapshots: SnapshotRow[] | null;
  queues: readonly SeenQueue[] | null;
  pausedTypes: readonly SeenType[] | null;
  workers: WorkerViewRow[] | null;
  /** Ids of workers that hold jobs although they are dead or unknown. */
  lostWorkers: string[] | null;
  /** Whether NOTIFY reaches LISTEN by the address that was given. */
  hears: boolean | null;
  /** In which database these jobs were made elsewhere. Null if they belong here. */
  copy: { database: string; schema: string } | null;
  unseen: Unseen[];
}
