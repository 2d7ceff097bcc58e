import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who did what through the admin API. */
@Entity({ name: 'job_audit', synchronize: false })
export class JobAuditEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'jobs_new_id()' })
  id!: string;

  @Column({ type: 'varchar', length: 200 })
  actor!: string;

  @Column({ type: 'varchar', length: 50 })
  action!: string;

  @Column({ name: 'job_id', type: 'uuid', nullable: true })
  jobId!: string | null;

  @Column({ type: 'jsonb', default: {} })
  details!: Record<string, unknown>;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
