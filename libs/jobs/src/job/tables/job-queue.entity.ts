import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The settings of a queue for all workers. A queue without a row has none. */
@Entity({ name: 'job_queues', synchronize: false })
export class JobQueueEntity {
  @PrimaryColumn({ type: 'varchar', length: 50 })
  name!: string;

  /** While set, no worker claims from the queue, unless `pausedUntil` has passed. */
  @Column({ name: 'paused_at', type: 'timestamptz', nullable: true })
  pausedAt!: Date | null;

  /** When the pause ends by itself. Null: never. A time before `pausedAt` is that of an earlier pause. */
  @Column({ name: 'paused_until', type: 'timestamptz', nullable: true })
  pausedUntil!: Date | null;

  /** Who paused it, if that is known. */
  @Column({ name: 'paused_by', type: 'varchar', length: 200, nullable: true })
  pausedBy!: string | null;

  @Column({ name: 'concurrency_limit', type: 'int', nullable: true })
  concurrencyLimit!: number | null;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
