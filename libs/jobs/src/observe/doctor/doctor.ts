import type { DataSource } from 'typeorm';
import { jobIndexes } from '../../migrations/job-indexes.js';
import { look } from '../../store/bounded-read.js';
import { hostPool, hostPoolSize } from '../../store/connection/executors.js';
import { describeDatabaseError, isDatabaseDown } from '../../store/connection/database-errors.js';
import { poolOf } from '../../store/connection/host-connections.js';
import { DoctorStore, hearsNotify } from '../../store/control/doctor.store.js';
import { diagnose } from './diagnose.js';
import { ownEntities } from '../../store/place-entities.js';
import type { Facts, SeenQueue, SeenType, Unseen } from './facts.js';
import type { Finding } from './findings.js';
import type { Clock } from '../../support/time/clock.js';

export interface DoctorParts {
  /** Initialized, with `jobsEntities` and the migrations. */
  dataSource: DataSource;
  schema: string | undefined;
  shards: number;
  clock: Clock;
  queues: () => Promise<readonly SeenQueue[]>;
  pausedTypes: () => Promise<readonly SeenType[]>;
  /** The migrations of this library that have not run; null if that is not known. */
  pendingMigrations: () => Promise<string[] | null>;
  /** Whether workers listen by this address. If not, nothing is said about notifications. Default true. */
  listensHere?: boolean;
}

type FleetFacts = Pick<Facts, 'queues' | 'pausedTypes' | 'workers' | 'lostWorkers' | 'copy'>;

/** Every statement needs a snapshot for a moment. */
const SNAPSHOT_SECONDS = 1;
const HEARS_WITHIN_MS = 2_000;

/** Examines the database: the schema, the storage, the fleet. It changes nothing. */
export class Doctor {
  private readonly unseen: Unseen[] = [];

  constructor(private readonly parts: DoctorParts) {}

  /** Throws only if the database does not answer. What the role may not see becomes a finding. */
  async examine(): Promise<Finding[]> {
    return diagnose(await this.facts());
  }

  /** What `examine` judges. Throws as it does. */
  async facts(): Promise<Facts> {
    const { schema } = this.parts;
    const { server, clock } = (await this.look('The server', () => this.server())) ?? { server: null, clock: null };
    const storage = await this.ask('The table of jobs', (doctor) => doctor.storage());
    const present = storage !== null;
    return {
      server,
      clock,
      pendingMigrations: await this.look('The migrations', this.parts.pendingMigrations),
      missingColumns: present ? await this.look('The columns', () => this.missingColumns()) : null,
      storage,
      indexes: present ? await this.ask('The indexes', (doctor) => doctor.indexes()) : null,
      expectedIndexes: jobIndexes(schema),
      snapshots: await this.ask('Old snapshots', (doctor) => doctor.snapshots(SNAPSHOT_SECONDS)),
      hears: await this.look('The way of notifications', () => this.hears()),
      ...(await this.fleet(present)),
      unseen: this.unseen,
    };
  }

  /** Nothing can be read of it if the tables are missing, which the migrations tell. */
  private async fleet(present: boolean): Promise<FleetFacts> {
    if (!present) return { queues: null, pausedTypes: null, workers: null, lostWorkers: null, copy: null };
    const { shards } = this.parts;
    const origin = await this.ask('The origin of the jobs', (doctor) => doctor.origin());
    return {
      queues: await this.look('Queues', this.parts.queues),
      pausedTypes: await this.look('Paused types', this.parts.pausedTypes),
      workers: await this.ask('Workers', (doctor) => doctor.workers(shards)),
      lostWorkers: await this.ask('Jobs of dead workers', (doctor) => lostWorkersOf(doctor, shards)),
      copy: origin?.is_copy ? origin : null,
    };
  }

  private async server(): Promise<Pick<Facts, 'server' | 'clock'>> {
    const store = new DoctorStore(hostPool(this.parts.dataSource, false));
    // The first statement may have to connect.
    await store.server();
    const beforeMs = this.parts.clock.epochMs();
    const server = await store.server();
    const uncertainMs = (this.parts.clock.epochMs() - beforeMs) / 2;
    return { server, clock: { aheadMs: server.now_ms - (beforeMs + uncertainMs), uncertainMs } };
  }

  /** Compares the tables with the entities of this version. */
  private async missingColumns(): Promise<string[]> {
    const needed = ownEntities(this.parts.dataSource).flatMap(({ tableName, columns }) =>
      columns.map(({ databaseName }) => `${tableName}.${databaseName}`),
    );
    const tables = [...new Set(needed.map((name) => name.slice(0, name.indexOf('.'))))];
    const found = await this.read((doctor) => doctor.columns(tables));
    const present = new Set(found.map(({ relation, name }) => `${relation}.${name}`));
    return needed.filter((name) => !present.has(name));
  }

  /** Null if it cannot be tried: that takes two connections. */
  private async hears(): Promise<boolean | null> {
    const { dataSource, listensHere = true } = this.parts;
    if (!listensHere || (hostPoolSize(dataSource) ?? 0) < 2) return null;
    const client = await poolOf(dataSource).connect();
    try {
      return await hearsNotify(client, hostPool(dataSource, false), HEARS_WITHIN_MS);
    } finally {
      // It listens, so nobody else may get it.
      client.release(true);
    }
  }

  private ask<T>(what: string, work: (doctor: DoctorStore) => Promise<T>): Promise<T | null> {
    return this.look(what, () => this.read(work));
  }

  private read<T>(work: (doctor: DoctorStore) => Promise<T>): Promise<T> {
    const { dataSource, schema } = this.parts;
    return look(dataSource, { schema }, (executor) => work(new DoctorStore(executor)));
  }

  private async look<T>(what: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (isDatabaseDown(error)) throw error;
      this.unseen.push({ what, why: describeDatabaseError(error) });
      return null;
    }
  }
}

async function lostWorkersOf(store: DoctorStore, shards: number): Promise<string[]> {
  const found = new Set<string>();
  for (let shard = 0; shard < shards; shard++) for (const id of await store.lostWorkers(shard)) found.add(id);
  return [...found];
}
