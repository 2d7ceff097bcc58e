import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The reminder of one user's week: reserved by one job at a time, sent once. */
@Entity({ name: 'weekly_report_reminders', synchronize: false })
export class WeeklyReportReminderEntity {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ type: 'varchar', length: 8 })
  week!: string;

  @Column({ name: 'message_id', type: 'varchar', length: 200 })
  messageId!: string;

  /** Idempotency key of the job that is sending, or was the last to. */
  @Column({ name: 'reserved_by', type: 'varchar', length: 200 })
  reservedBy!: string;

  /** That job's attempt: a later attempt knows that this one is over. */
  @Column({ name: 'reserved_attempt', type: 'int' })
  reservedAttempt!: number;

  @Column({ name: 'reserved_at', type: 'timestamptz', default: () => 'now()' })
  reservedAt!: Date;

  /** From here on any job may send. */
  @Column({ name: 'reserved_until', type: 'timestamptz' })
  reservedUntil!: Date;

  @Column({ name: 'sent_at', type: 'timestamptz', nullable: true })
  sentAt!: Date | null;

  /** When the mail server did not say whether it has taken the mail; the reminder counts as sent. */
  @Column({ name: 'doubtful_at', type: 'timestamptz', nullable: true })
  doubtfulAt!: Date | null;
}
