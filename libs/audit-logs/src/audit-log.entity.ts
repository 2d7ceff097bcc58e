import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity({ name: 'audit_logs', synchronize: false })
export class AuditLogEntity {
  /** A bigint, which pg returns as text. */
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  /** Who did it: the id of a user, or a service. */
  @Column({ type: 'varchar', length: 200 })
  actor!: string;

  /** What was done, such as `report.submitted`. */
  @Column({ type: 'varchar', length: 100 })
  action!: string;

  /** What it was done to. */
  @Column({ type: 'varchar', length: 200 })
  subject!: string;

  @Column({ type: 'jsonb', default: {} })
  details!: Record<string, unknown>;

  @Index('audit_logs_created_at')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
