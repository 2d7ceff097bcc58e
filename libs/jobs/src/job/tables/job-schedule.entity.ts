import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A schedule and its next tick. */
@Entity({ name: 'job_schedules', synchronize: false })
export class JobScheduleEntity {
  @PrimaryColumn({ type: 'varchar', length: 50 })
  name!: string;

  @Column({ type: 'varchar', length: 100 })
  cron!: string;

  @Column({ name: 'time_zone', type: 'varchar', length: 50 })
  timeZone!: string;

  @Column({ name: 'catch_up', type: 'varchar', length: 10 })
  catchUp!: 'none' | 'latest' | 'all';

  @Column({ name: 'next_run_at', type: 'timestamptz' })
  nextRunAt!: Date;

  @Column({ name: 'last_planned_at', type: 'timestamptz', nullable: true })
  lastPlannedAt!: Date | null;

  /** Failed tries of the tick that is due now. */
  @Column({ type: 'int', default: 0 })
  failures!: number;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  lastError!: string | null;

  @Column({ name: 'retry_at', type: 'timestamptz', nullable: true })
  retryAt!: Date | null;

  /** Since when it is paused. It is also paused, without this time, while `nextRunAt` is infinite. */
  @Column({ name: 'paused_at', type: 'timestamptz', nullable: true })
  pausedAt!: Date | null;

  /** Who paused it, if that is known. */
  @Column({ name: 'paused_by', type: 'varchar', length: 200, nullable: true })
  pausedBy!: string | null;

  /** A run that an operator has asked for and that has not fired yet. It is the planned time of its tick. */
  @Column({ name: 'run_requested_at', type: 'timestamptz', nullable: true })
  runRequestedAt!: Date | null;

  /** The type that it enqueues, if it was made at run time. Null if it is a method. */
  @Column({ name: 'job_type', type: 'varchar', length: 50, nullable: true })
  jobType!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  payload!: unknown;

  @Column({ type: 'varchar', length: 10, default: 'allow' })
  overlap!: 'allow' | 'skip' | 'replace';

  @Column({ name: 'jitter_ms', type: 'int', default: 0 })
  jitterMs!: number;

  /** With `catchUp: 'all'`: only the last so many. */
  @Column({ name: 'catch_up_last', type: 'int', nullable: true })
  catchUpLast!: number | null;

  @Column({ name: 'starts_at', type: 'timestamptz', nullable: true })
  startsAt!: Date | null;

  @Column({ name: 'ends_at', type: 'timestamptz', nullable: true })
  endsAt!: Date | null;

  @Column({ type: 'int', nullable: true })
  times!: number | null;

  @Column({ name: 'times_left', type: 'int', nullable: true })
  timesLeft!: number | null;

  /** When it was found that no tick is left. Its next run is infinite then, too. */
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  /** The text of the method, if an operator has replaced it. */
  @Column({ name: 'code_cron', type: 'varchar', length: 100, nullable: true })
  codeCron!: string | null;

  @Column({ name: 'code_time_zone', type: 'varchar', length: 50, nullable: true })
  codeTimeZone!: string | null;

  @Column({ name: 'set_at', type: 'timestamptz', nullable: true })
  setAt!: Date | null;

  @Column({ name: 'set_by', type: 'varchar', length: 200, nullable: true })
  setBy!: string | null;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt!: Date;
}
