import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { Doctor } from '../observe/doctor/doctor.js';
import { diagnose } from '../observe/doctor/diagnose.js';
import type { Facts } from '../observe/doctor/facts.js';
import type { Finding } from '../observe/doctor/findings.js';
import { schemaVersion, type SchemaVersion } from '../observe/doctor/schema-version.js';
import { DoctorStore } from '../store/control/doctor.store.js';
import type { SnapshotRow } from '../store/sql/doctor/read-snapshots.sql.js';
import type { TableRow } from '../store/sql/doctor/read-storage.sql.js';
import { ownEntities } from '../store/place-entities.js';
import { LIBRARY_VERSION } from '../support/library-version.js';
import { dateOrNull } from './date-or-null.js';
import { FleetLooks } from './fleet-looks.js';
import { Operations, type Shared } from './operations.js';
import { chooseQueues } from './queue-view.js';
import { Clock } from '../support/time/clock.js';

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
  private readonly shared: Shared<JobsSystemView>;

  constructor(
    private readonly operations: Operations,
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly fleet: FleetLooks,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly clock: Clock,
  ) {
    this.shared = operations.share(() => this.read(), SHARED_MS);
  }

  /**
   * Examines the database. It takes up to a few seconds and a connection more than most calls, so calls within 30 seconds
   * share an answer, unless an operator has changed something in between. What the role may not see becomes a finding.
   * Throws if the database does not answer.
   */
  system(): Promise<JobsSystemView> {
    return this.shared(null)!;
  }

  private async read(): Promise<JobsSystemView> {
    const schema = await schemaVersion(this.dataSource, this.options);
    const facts = await this.doctor(schema).facts();
    const tables = await this.tables();
    return {
      readAt: new Date(this.clock.epochMs()),
      versions: {
        library: LIBRARY_VERSION,
        application: this.options.version,
        node: process.versions.node,
        postgres: facts.server?.version ?? null,
      },
      schema,
      tables: tables.map(toTable),
      indexes: (facts.indexes ?? []).map(({ name, bytes, valid }) => ({ name, bytes, valid })),
      oldestSnapshot: toSnapshot(facts),
      findings: diagnose(facts),
    };
  }

  private doctor({ pending }: SchemaVersion): Doctor {
    const { schema, shards, pooled } = this.options;
    return new Doctor({
      dataSource: this.dataSource,
      schema,
      shards,
      clock: this.clock,
      queues: async () => chooseQueues((await this.fleet.queues(null)).queues).queues,
      pausedTypes: () => this.fleet.pausedTypes(),
      pendingMigrations: () => Promise.resolve(pending),
      // Behind a pooler, workers listen by another address.
      listensHere: !pooled,
    });
  }

  private tables(): Promise<TableRow[]> {
    const names = ownEntities(this.dataSource).map(({ tableName }) => tableName);
    return this.operations.read(null, (executor) => new DoctorStore(executor).tables(names));
  }
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
function toSnapshot({ snapshots }: Pick<Facts, 'snapshots'>): JobsSystemView['oldestSnapshot'] {
  const oldest = snapshots?.[0];
  if (!oldest || oldest.seconds === null) return null;
  return { kind: oldest.kind, name: oldest.name, detail: oldest.detail, seconds: oldest.seconds };
}
