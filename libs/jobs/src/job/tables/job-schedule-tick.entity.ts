import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A tick that fired. The primary key makes sure that it fires once. */
@Entity({ name: 'job_schedule_ticks', synchronize: false })
export class JobScheduleTickEntity {
  @PrimaryColumn({ type: 'varchar', length: 50 })
  name!: string;

  @PrimaryColumn({ name: 'planned_at', type: 'timestamptz' })
  plannedAt!: Date;

  @Column({ name: 'fired_at', type: 'timestamptz', default: () => 'now()' })
  firedAt!: Date;
}
