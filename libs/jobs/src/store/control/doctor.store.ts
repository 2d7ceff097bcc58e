import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { NOTIFY_CHANNEL } from '../notification.js';
import { listenTo, notifyChannel } from '../sql/enqueue/notify.sql.js';
import { readServer, type ServerRow } from '../sql/doctor/read-server.sql.js';
import { readWorkers, type WorkerViewRow } from '../sql/doctor/read-workers.sql.js';
import { readSnapshots, type SnapshotRow } from '../sql/doctor/read-snapshots.sql.js';
import {
  readColumns,
  readIndexes,
  readJobSchemas,
  readStorage,
  readTables,
  type ColumnRow,
  type IndexRow,
  type StorageRow,
  type TableRow,
} from '../sql/doctor/read-storage.sql.js';
import { readOrigin, type OriginRow } from '../sql/read-origin.sql.js';
import { lostWorkers } from '../sql/lease/lost-workers.sql.js';
import type { Executor } from '../statement.js';

/** No worker has this id, so a search that leaves it out leaves nobody out. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * What the doctor asks the database.
 *
 * Reads `jobs`, `job_database` and `job_workers`.
 */
export class DoctorStore {
  constructor(private readonly executor: Executor) {}

  async server(): Promise<ServerRow> {
    return (await this.executor.run(readServer, []))[0]!;
  }

  /** Null if there is no table of jobs. */
  async storage(): Promise<StorageRow | null> {
    return (await this.executor.run(readStorage, []))[0] ?? null;
  }

  indexes(): Promise<IndexRow[]> {
    return this.executor.run(readIndexes, []);
  }

  tables(names: string[]): Promise<TableRow[]> {
    return this.executor.run(readTables, [names]);
  }

  columns(tables: string[]): Promise<ColumnRow[]> {
    return this.executor.run(readColumns, [tables]);
  }

  async schemas(): Promise<string[]> {
    return (await this.executor.run(readJobSchemas, [])).map(({ schema }) => schema);
  }

  snapshots(minSeconds: number): Promise<SnapshotRow[]> {
    return this.executor.run(readSnapshots, [minSeconds]);
  }

  async origin(): Promise<OriginRow | null> {
    return (await this.executor.run(readOrigin, []))[0] ?? null;
  }

  /** At most 1,000, living ones first. */
  workers(shards: number): Promise<WorkerViewRow[]> {
    return this.executor.run(readWorkers, [shards]);
  }

  /** Ids of workers that hold jobs of a shard, and are dead or unknown. */
  async lostWorkers(shard: number): Promise<string[]> {
    return (await this.executor.run(lostWorkers, [shard, NOBODY])).map(({ id }) => id);
  }
}

/**
 * Whether a notification reaches this connection. A pooler in transaction mode accepts LISTEN, and delivers nothing.
 * The notification is sent on another connection.
 */
export async function hearsNotify(client: pg.ClientBase, sender: Executor, withinMs: number): Promise<boolean> {
  const channel = `${NOTIFY_CHANNEL}_${randomUUID().replaceAll('-', '')}`;
  let onNotification!: () => void;
  const heard = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), withinMs);
    onNotification = () => (clearTimeout(timer), resolve(true));
    client.on('notification', onNotification);
  });
  try {
    await client.query(listenTo(channel));
    await sender.run(notifyChannel, [channel, 'doctor']);
    return await heard;
  } finally {
    client.off('notification', onNotification);
  }
}
