import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A message to the worker that runs the job, such as a cancel request. */
@Entity({ name: 'job_signals', synchronize: false })
export class JobSignalEntity {
  @PrimaryColumn({ type: 'smallint', default: 0 })
  shard!: number;

  @PrimaryColumn({ name: 'job_id', type: 'uuid' })
  jobId!: string;

  @PrimaryColumn({ type: 'varchar', length: 20 })
  kind!: 'cancel';

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
