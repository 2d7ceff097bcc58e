import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One worker process. `lastSeenAt` is the lease of all its jobs. A worker is dead once `deadAt` is set. */
@Entity({ name: 'job_workers', synchronize: false })
export class JobWorkerEntity {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'varchar', length: 255 })
  host!: string;

  @Column({ type: 'int' })
  pid!: number;

  @Column({ type: 'varchar', length: 50 })
  version!: string;

  @Column({ type: 'varchar', length: 50, array: true })
  queues!: string[];

  @Column({ type: 'int' })
  slots!: number;

  @Column({ name: 'started_at', type: 'timestamptz', default: () => 'now()' })
  startedAt!: Date;

  @Column({ name: 'last_seen_at', type: 'timestamptz', default: () => 'now()' })
  lastSeenAt!: Date;

  @Column({ name: 'dead_at', type: 'timestamptz', nullable: true })
  deadAt!: Date | null;
}
