import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Identifies the data of a month's stored workbook. */
@Entity({ name: 'monthly_reports', synchronize: false })
export class MonthlyReportEntity {
  /** The month, such as `2024-01`. */
  @PrimaryColumn({ type: 'varchar', length: 7 })
  month!: string;

  /** Hash of everything that the workbook shows, except its time. If it is unchanged, no new workbook is needed. */
  @Column({ type: 'varchar', length: 64 })
  fingerprint!: string;

  @Column({ name: 'made_at', type: 'timestamptz' })
  madeAt!: Date;
}
