import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One line that a handler logged with `context.log()`. Jobs that do not log have no rows here. */
@Entity({ name: 'job_logs', synchronize: false })
export class JobLogEntity {
  @PrimaryColumn({ type: 'smallint', default: 0 })
  shard!: number;

  @PrimaryColumn({ name: 'job_id', type: 'uuid' })
  jobId!: string;

  @PrimaryColumn({ type: 'int' })
  line!: number;

  @Column({ type: 'int' })
  run!: number;

  @Column({ name: 'run_line', type: 'int' })
  runLine!: number;

  @Column({ type: 'int' })
  attempt!: number;

  @Column({ name: 'logged_at', type: 'timestamptz' })
  loggedAt!: Date;

  @Column({ type: 'text' })
  message!: string;

  @Column({ type: 'json', nullable: true })
  fields!: unknown;
}
