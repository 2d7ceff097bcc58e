import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A tick, and what became of it. The primary key makes sure that it fires once. */
@Entity({ name: 'job_schedule_ticks', synchronize: false })
export class JobScheduleTickEntity {
  @PrimaryColumn({ type: 'varchar', length: 50 })
  name!: string;

  @PrimaryColumn({ name: 'planned_at', type: 'timestamptz' })
  plannedAt!: Date;

  @Column({ name: 'fired_at', type: 'timestamptz', default: () => 'now()' })
  firedAt!: Date;

  @Column({ type: 'varchar', length: 10, default: 'fired' })
  outcome!: 'fired' | 'skipped' | 'replaced' | 'failed';

  /** The job that it has added, or for which it was skipped. */
  @Column({ name: 'job_id', type: 'uuid', nullable: true })
  jobId!: string | null;

  /** Of the last try that failed. */
  @Column({ type: 'text', nullable: true })
  error!: string | null;
}
