import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** pg returns `numeric` as text. A number is exact enough for two decimals up to 168. */
const asNumber = { to: (hours: number) => hours, from: Number };

@Entity({ name: 'weekly_reports', synchronize: false })
@Unique('weekly_reports_week_user_unique', ['week', 'userId'])
export class WeeklyReportEntity {
  @PrimaryColumn({ type: 'uuid', default: () => 'gen_random_uuid()' })
  id!: string;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  /** ISO week, such as `2024-W03`. */
  @Column({ type: 'varchar', length: 8 })
  week!: string;

  @Column({ type: 'numeric', precision: 5, scale: 2, transformer: asNumber })
  hours!: number;

  @Column({ type: 'text' })
  summary!: string;

  @Column({ name: 'submitted_at', type: 'timestamptz', default: () => 'now()' })
  submittedAt!: Date;

  /** When it was submitted or last changed. */
  @Column({ name: 'changed_at', type: 'timestamptz', default: () => 'now()' })
  changedAt!: Date;
}
