import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One failed attempt of a job. Jobs that do not fail have no rows here. */
@Entity({ name: 'job_failures', synchronize: false })
export class JobFailureEntity {
  @PrimaryColumn({ type: 'smallint', default: 0 })
  shard!: number;

  @PrimaryColumn({ name: 'job_id', type: 'uuid' })
  jobId!: string;

  @PrimaryColumn({ type: 'int' })
  run!: number;

  @Column({ type: 'int' })
  attempt!: number;

  @Column({ name: 'worker_id', type: 'uuid', nullable: true })
  workerId!: string | null;

  @Column({ type: 'text' })
  error!: string;

  @Column({ name: 'failed_at', type: 'timestamptz', default: () => 'now()' })
  failedAt!: Date;
}
