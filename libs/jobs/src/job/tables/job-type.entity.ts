import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RetryPolicy } from '../retry-policy.js';

/** The defaults of a definition, for `jobs_enqueue()` and other languages. */
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

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
