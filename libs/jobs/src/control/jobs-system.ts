import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { Doctor } from '../observe/doctor/doctor.js';
import type { Finding } from '../observe/doctor/findings.js';
import { schemaVersion, type SchemaVersion } from '../observe/doctor/schema-version.js';
import { JOBS_REPOSITORY, type JobRepository } from '../observe/stats/job.repository.js';
import { DoctorStore } from '../store/control/doctor.store.js';
import type { SnapshotRow } from '../store/sql/doctor/read-snapshots.sql.js';
import type { IndexRow, TableRow } from '../store/sql/doctor/read-storage.sql.js';
import { ownEntities } from '../store/place-entities.js';
import { LIBRARY_VERSION } from '../support/library-version.js';
import { dateOrNull } from './date-or-null.js';
import { JobQueues } from './job-queues.js';
import { Operations } from './operations.js';
import { pausedTypes } from './paused-types.js';
import { Clock } from '../support/time/clock.js';
import { SharedLook } from './shared-look.js';

/** A table of the library. */
export interface JobTableSize {
  name: string;
  /** The server's estimates. */
  rows: number;
  deadRows: number;
  tableBytes: number;
  indexBytes: number;
  /** When dead rows were last removed. */
  vacuumedAt: Date | null;
}

/** An index of the table of jobs. */
export interface JobIndexSize {
  name: string;
  bytes: number;
  valid: boolean;
}

/** The database beneath the jobs, and what is wrong with it. */
export interface JobsSystemView {
  readAt: Date;
  versions: { library: string; application: string; node: string; postgres: string | null };
  schema: SchemaVersion;
  /** The largest first. Empty if the role may not see them. */
  tables: JobTableSize[];
  indexes: JobIndexSize[];
  /** The transaction that holds the oldest snapshot, and for how many seconds. Null if none is older than a second. */
  oldestSnapshot: { kind: SnapshotRow['kind']; name: string; detail: string; seconds: number } | null;
  /** What the doctor has found, problems first. */
  findings: Finding[];
}

/** One examination is for everybody who asks within this time, in milliseconds. */
const SHARED_MS = 30_000;

/** Shows the sizes of the tables, the state of the schema, and what the doctor finds. */
@Injectable()
export class JobsSystem {
  private readonly queues: JobQueues;
  private readonly shared: SharedLook<JobsSystemView>;

  constructor(
    private readonly operations: Operations,
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(JOBS_REPOSITORY) private readonly repository: JobRepository,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly clock: Clock,
  ) {
    this.queues = new JobQueues(operations, repository, options, clock);
    this.shared = new SharedLook(clock, () => this.read(), SHARED_MS);
  }

  /**
   * Examines the database. It takes up to a few seconds and a connection more than most calls, so calls within 30 seconds
   * share an answer. What the role may not see becomes a finding. Throws if the database does not answer.
   */
  system(): Promise<JobsSystemView> {
    return this.shared.get();
  }

  private async read(): Promise<JobsSystemView> {
    const schema = await schemaVersion(this.dataSource, this.options);
    const findings = await this.doctor(schema).examine();
    const storage = await this.storage();
    return {
      readAt: new Date(this.clock.epochMs()),
      versions: {
        library: LIBRARY_VERSION,
        application: this.options.version,
        node: process.versions.node,
        postgres: storage.server,
      },
      schema,
      tables: storage.tables.map(toTable),
      indexes: storage.indexes.map(({ name, bytes, valid }) => ({ name, bytes, valid })),
      oldestSnapshot: toSnapshot(storage.snapshots),
      findings,
    };
  }

  private doctor({ pending }: SchemaVersion): Doctor {
    const { schema, shards, pooled } = this.options;
    return new Doctor({
      dataSource: this.dataSource,
      schema,
      shards,
      clock: this.clock,
      queues: async () => (await this.queues.list()).queues,
      pausedTypes: () => pausedTypes(this.operations, this.repository),
      pendingMigrations: () => Promise.resolve(pending),
      // Behind a pooler, workers listen by another address.
      listensHere: !pooled,
    });
  }

  private storage(): Promise<Storage> {
    const names = ownEntities(this.dataSource).map(({ tableName }) => tableName);
    return this.operations.read(null, async (executor) => {
      const store = new DoctorStore(executor);
      return {
        server: (await store.server()).version,
        tables: await store.tables(names),
        indexes: await store.indexes(),
        snapshots: await store.snapshots(1),
      };
    });
  }
}

interface Storage {
  server: string;
  tables: TableRow[];
  indexes: IndexRow[];
  snapshots: SnapshotRow[];
}

function toTable({ name, live, dead, table_bytes, index_bytes, vacuumed_ms }: TableRow): JobTableSize {
  return {
    name,
    rows: live,
    deadRows: dead,
    tableBytes: table_bytes,
    indexBytes: index_bytes,
    vacuumedAt: dateOrNull(vacuumed_ms),
  };
}

/** The first is the oldest: they are sorted. Replication slots have no age in seconds. */
function toSnapshot(rows: readonly SnapshotRow[]): JobsSystemView['oldestSnapshot'] {
  const [oldest] = rows;
  if (!oldest || oldest.seconds === null) return null;
  return { kind: oldest.kind, name: oldest.name, detail: oldest.detail, seconds: oldest.seconds };
}
