import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RetryPolicy } from '../retry-policy.js';

/** The defaults of a definition, for `jobs_enqueue()` and other languages, and whether its jobs are paused. */
@Entity({ name: 'job_types', synchronize: false })
export class JobTypeEntity {
  @PrimaryColumn({ type: 'varchar', length: 50 })
  type!: string;

  @Column({ type: 'varchar', length: 50 })
  queue!: string;

  @Column({ type: 'smallint' })
  priority!: number;

  @Column({ name: 'max_attempts', type: 'int' })
  maxAttempts!: number;

  @Column({ name: 'timeout_ms', type: 'int' })
  timeoutMs!: number;

  @Column({ type: 'jsonb' })
  retry!: RetryPolicy;

  /** While set, no worker starts jobs of the type, unless `pausedUntil` has passed. */
  @Column({ name: 'paused_at', type: 'timestamptz', nullable: true })
  pausedAt!: Date | null;

  /** When the pause ends by itself. Null: never. A time before `pausedAt` is that of an earlier pause. */
  @Column({ name: 'paused_until', type: 'timestamptz', nullable: true })
  pausedUntil!: Date | null;

  /** Who paused it, if that is known. */
  @Column({ name: 'paused_by', type: 'varchar', length: 200, nullable: true })
  pausedBy!: string | null;

  /** When a process last registered the definition. */
  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
