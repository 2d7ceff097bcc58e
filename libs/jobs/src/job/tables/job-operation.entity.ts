import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An action on many jobs that workers go through batch by batch. */
@Entity({ name: 'job_operations', synchronize: false })
export class JobOperationEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'jobs_new_id()' })
  id!: string;

  /** What `query` can say. A worker leaves the operations of a later version alone. */
  @Column({ type: 'smallint' })
  format!: number;

  @Column({ type: 'varchar', length: 20 })
  action!: string;

  /** Which jobs, without the values of payloads. */
  @Column({ type: 'jsonb' })
  filter!: Record<string, unknown>;

  /** Which jobs, as workers look for them. Null once it has ended. */
  @Column({ type: 'jsonb', nullable: true })
  query!: Record<string, unknown> | null;

  @Column({ type: 'varchar', length: 200, nullable: true })
  actor!: string | null;

  /** As that of a job, without `blocked`. */
  @Column({ type: 'varchar', length: 20, default: 'pending' })
  status!: string;

  @Column({ name: 'at_most', type: 'int' })
  atMost!: number;

  /** How many jobs matched when it was asked for. */
  @Column({ type: 'int' })
  total!: number;

  @Column({ name: 'total_capped', type: 'boolean' })
  totalCapped!: boolean;

  @Column({ type: 'int', default: 0 })
  changed!: number;

  @Column({ type: 'int', default: 0 })
  skipped!: number;

  /** Jobs that the database refuses to change. */
  @Column({ type: 'int', default: 0 })
  refused!: number;

  /** Why the first of them was refused. */
  @Column({ type: 'text', nullable: true })
  refusal!: string | null;

  /** The last job that it has looked at. */
  @Column({ name: 'after_id', type: 'uuid', nullable: true })
  afterId!: string | null;

  /** When that job finished, where it goes through finished jobs. */
  @Column({ name: 'after_finished_at', type: 'timestamptz', nullable: true })
  afterFinishedAt!: Date | null;

  /** How many jobs the next batch may change. */
  @Column({ type: 'int' })
  batch!: number;

  /** Batches in a row that did not succeed. */
  @Column({ type: 'int', default: 0 })
  failures!: number;

  @Column({ type: 'text', nullable: true })
  error!: string | null;

  /** When the next batch may begin. */
  @Column({ name: 'next_at', type: 'timestamptz', default: () => 'now()' })
  nextAt!: Date;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  /** Who cancelled it. */
  @Column({ name: 'ended_by', type: 'varchar', length: 200, nullable: true })
  endedBy!: string | null;
}
