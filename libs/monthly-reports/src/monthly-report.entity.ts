import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a month's stored workbook was made from. */
@Entity({ name: 'monthly_reports', synchronize: false })
export class MonthlyReportEntity {
  /** Such as `2024-01`. */
  @PrimaryColumn({ type: 'varchar', length: 7 })
  month!: string;

  /** Of everything that the workbook shows, except when it was made: equal means that it need not be made again. */
  @Column({ type: 'varchar', length: 64 })
  fingerprint!: string;

  @Column({ name: 'made_at', type: 'timestamptz' })
  madeAt!: Date;
}
