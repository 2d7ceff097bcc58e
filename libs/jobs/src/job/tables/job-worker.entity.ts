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

  /** The most slots that its pool of connections allows an operator to set. Null if that is not known. */
  @Column({ name: 'max_slots', type: 'int', nullable: true })
  maxSlots!: number | null;

  /** What an operator has set for the life of this worker. `slots` follows. */
  @Column({ name: 'wanted_slots', type: 'int', nullable: true })
  wantedSlots!: number | null;

  @Column({ name: 'wanted_at', type: 'timestamptz', nullable: true })
  wantedAt!: Date | null;

  /** Since when it starts no jobs because an operator drains it. */
  @Column({ name: 'draining_since', type: 'timestamptz', nullable: true })
  drainingSince!: Date | null;

  @Column({ name: 'dead_at', type: 'timestamptz', nullable: true })
  deadAt!: Date | null;
}
