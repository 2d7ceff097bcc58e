import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Runs per minute, type, worker and outcome. `bigint` columns are strings. */
@Entity({ name: 'job_stats', synchronize: false })
export class JobStatEntity {
  @PrimaryColumn({ type: 'timestamptz' })
  minute!: Date;

  @PrimaryColumn({ type: 'varchar', length: 50 })
  type!: string;

  @PrimaryColumn({ name: 'worker_id', type: 'uuid' })
  workerId!: string;

  @PrimaryColumn({ type: 'varchar', length: 20 })
  outcome!: string;

  @Column({ type: 'bigint' })
  runs!: string;

  @Column({ name: 'duration_ms', type: 'bigint' })
  durationMs!: string;

  @Column({ name: 'wait_ms', type: 'bigint' })
  waitMs!: string;
}
