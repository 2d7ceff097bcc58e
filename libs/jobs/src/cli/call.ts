import type { Command } from 'commander';
import type { EntityManager } from 'typeorm';
import type { JobOperations } from '../control/background/job-operations.js';
import type { JobQueues } from '../control/job-queues.js';
import type { JobWorkers } from '../control/job-workers.js';
import type { JobSchedules } from '../control/schedules/job-schedules.js';
import type { JobStatistics } from '../control/statistics/job-statistics.js';
import type { JobsSystem } from '../control/jobs-system.js';
import type { PausedType } from '../control/verdict.js';
import type { JobDetails } from '../enqueue/job-details.js';
import type { JobTypes } from '../enqueue/job-types.js';
import type { JobService } from '../enqueue/job.service.js';
import type { RegisteredType } from '../job/registered-definition.js';
import type { Finding } from '../observe/doctor/findings.js';
import type { JobAuditService } from '../observe/job-audit.service.js';
import type { JobRepository } from '../observe/stats/job.repository.js';
import type { Output } from './output.js';

/** Where the jobs are. */
export interface DatabaseOptions {
  databaseUrl?: string;
  schema?: string;
  shards: number;
  migrationsTable: string;
  /** Whether a statement may take as long as it likes. */
  patient?: boolean;
}

/** The connection of one command, and the library's services on it. */
export interface Session {
  readonly shards: number;
  readonly jobs: JobService;
  readonly details: JobDetails;
  readonly jobTypes: JobTypes;
  readonly system: JobsSystem;
  readonly repository: JobRepository;
  readonly audit: JobAuditService;
  readonly queues: JobQueues;
  readonly operations: JobOperations;
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  readonly workers: JobWorkers;
  readonly schedules: JobSchedules;
  readonly statistics: JobStatistics;
  /** The paused types, and how many of their jobs wait. */
  pausedTypes(): Promise<PausedType[]>;
  /** The types that applications have registered. */
  types(): Promise<RegisteredType[]>;
  examine(): Promise<Finding[]>;
  readonly migrations: SessionMigrations;
  /** An error that says more, if the tables were not found. Any other error as it is. */
  explain(error: unknown): Promise<unknown>;
  /** Tells workers what there is to do, and closes the connections. */
  close(): Promise<void>;
}

/** The migrations of this library and no others. */
export interface SessionMigrations {
  /** The names of those that have not run. */
  pending(): Promise<string[]>;
  /** What `run` would do, as SQL. Empty if none is pending. */
  sql(): Promise<string>;
  run(): Promise<string[]>;
  /** What `revert` would undo. */
  last(): Promise<string | null>;
  revert(): Promise<string | null>;
}

/** What a command works with. */
export interface Call {
  session: Session;
  out: Output;
  /** Asks, unless `--yes` was given. */
  confirm: (what: string) => Promise<void>;
}

/** Connects, and runs the work of a command. It may return an exit code; 0 if not. `patient`: a statement may take long. */
export type Run = (
  command: Command,
  work: (call: Call) => Promise<number | void>,
  given?: Pick<DatabaseOptions, 'patient'>,
) => Promise<void>;

/** What a command has before it connects. */
export type Before = (command: Command) => Pick<Call, 'out' | 'confirm'>;
