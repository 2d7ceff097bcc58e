import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The settings of a queue for all workers. A queue without a row has none. */
@Entity({ name: 'job_queues', synchronize: false })
export class JobQueueEntity {
  @PrimaryColumn({ type: 'varchar', length: 50 })
  name!: string;

  /** While set, no worker claims from the queue. */
  @Column({ name: 'paused_at', type: 'timestamptz', nullable: true })
  pausedAt!: Date | null;

  @Column({ name: 'concurrency_limit', type: 'int', nullable: true })
  concurrencyLimit!: number | null;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
