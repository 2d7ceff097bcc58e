import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JobStatus } from '../job-status.js';
import type { RetryPolicy } from '../retry-policy.js';

/**
 * A row of `jobs`, for reading: `@InjectRepository(JobEntity)`. Write through `JobService`, which keeps the library's
 * guarantees. `synchronize: false` keeps a host that synchronises its schema from dropping the indexes.
 */
@Entity({ name: 'jobs', synchronize: false })
export class JobEntity {
  @PrimaryColumn({ type: 'smallint', default: 0 })
  shard!: number;

  @PrimaryColumn({ type: 'uuid', default: () => 'jobs_new_id()' })
  id!: string;

  @Column({ type: 'varchar', length: 50 })
  type!: string;

  @Column({ type: 'jsonb', nullable: true, default: {} })
  payload!: unknown;

  @Column({ type: 'varchar', length: 20, default: 'pending' })
  status!: JobStatus;

  @Column({ type: 'varchar', length: 50, default: 'default' })
  queue!: string;

  /** 0 runs first, 9 last. */
  @Column({ type: 'smallint', default: 5 })
  priority!: number;

  /** Runs that ended with their process. Such jobs start carefully (docs/decisions/0025-quarantine.md). */
  @Column({ type: 'smallint', default: 0 })
  crashes!: number;

  /** Runs that count towards `maxAttempts`. A hand-back or a snooze gives its attempt back. */
  @Column({ type: 'int', default: 0 })
  attempts!: number;

  @Column({ name: 'max_attempts', type: 'int', default: 5 })
  maxAttempts!: number;

  /** Claims so far; never lowered. Together with `workerId` it is the fence of a run. */
  @Column({ type: 'int', default: 0 })
  run!: number;

  @Column({ name: 'scheduled_at', type: 'timestamptz', default: () => 'now()' })
  scheduledAt!: Date;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'completed_at', type: 'timestamptz', nullable: true })
  completedAt!: Date | null;

  @Column({ name: 'worker_id', type: 'uuid', nullable: true })
  workerId!: string | null;

  @Column({ name: 'timeout_ms', type: 'int', nullable: true })
  timeoutMs!: number | null;

  @Column({ type: 'jsonb', nullable: true })
  retry!: RetryPolicy | null;

  @Column({ name: 'unique_key', type: 'varchar', length: 200, nullable: true })
  uniqueKey!: string | null;

  @Column({ name: 'concurrency_key', type: 'varchar', length: 200, nullable: true })
  concurrencyKey!: string | null;

  /** 0 to 100. */
  @Column({ type: 'smallint', nullable: true })
  progress!: number | null;

  @Column({ name: 'progress_note', type: 'varchar', length: 200, nullable: true })
  progressNote!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  result!: unknown;

  /** Text of the last failed attempt, or what went wrong although the job completed. */
  @Column({ type: 'text', nullable: true })
  error!: string | null;

  @Column({ type: 'varchar', length: 50, array: true, default: [] })
  tags!: string[];

  @Column({ name: 'trace_context', type: 'jsonb', nullable: true })
  traceContext!: unknown;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
