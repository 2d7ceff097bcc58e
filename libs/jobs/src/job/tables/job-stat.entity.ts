import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What happened in a span of time, by type and queue. `bigint` columns are strings. */
@Entity({ name: 'job_stats', synchronize: false })
export class JobStatEntity {
  /** Empty: all types of the queue together. */
  @PrimaryColumn({ type: 'varchar', length: 50 })
  type!: string;

  /** Empty, beside an empty type: everything together. */
  @PrimaryColumn({ type: 'varchar', length: 50 })
  queue!: string;

  @PrimaryColumn({ name: 'starts_at', type: 'timestamptz' })
  startsAt!: Date;

  /**
   * How long the span is, in seconds: 60, 600, 3,600 or 86,400. Negative: the row is also summed up in a longer one.
   * 0: the row counts no runs, but the writes of a process.
   */
  @PrimaryColumn({ name: 'span_s', type: 'int' })
  spanSeconds!: number;

  @Column({ type: 'bigint' })
  completed!: string;

  /** Failed attempts that are followed by another. */
  @Column({ type: 'bigint' })
  retried!: string;

  /** Jobs that failed for good. */
  @Column({ type: 'bigint' })
  failed!: string;

  @Column({ type: 'bigint' })
  cancelled!: string;

  /** Sum of the waits of runs that started. */
  @Column({ name: 'wait_ms', type: 'bigint' })
  waitMs!: string;

  /** Sum of the run times of handlers. */
  @Column({ name: 'run_ms', type: 'bigint' })
  runMs!: string;

  /** How many waits fell into each bucket of the histogram. Buckets at the end that are empty are left out. */
  @Column({ type: 'int', array: true })
  waits!: number[];

  @Column({ type: 'int', array: true })
  runs!: number[];
}
