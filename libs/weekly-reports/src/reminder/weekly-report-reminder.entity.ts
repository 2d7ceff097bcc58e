import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The reminder of one user's week. One job at a time reserves it, and it is sent once. */
@Entity({ name: 'weekly_report_reminders', synchronize: false })
export class WeeklyReportReminderEntity {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ type: 'varchar', length: 8 })
  week!: string;

  @Column({ name: 'message_id', type: 'varchar', length: 200 })
  messageId!: string;

  /** Idempotency key of the job that has reserved it, or was the last to do so. */
  @Column({ name: 'reserved_by', type: 'varchar', length: 200 })
  reservedBy!: string;

  /** That job's attempt. A later attempt of the job knows that this one is over. */
  @Column({ name: 'reserved_attempt', type: 'int' })
  reservedAttempt!: number;

  @Column({ name: 'reserved_at', type: 'timestamptz', default: () => 'now()' })
  reservedAt!: Date;

  /** The time from which any job may reserve it. */
  @Column({ name: 'reserved_until', type: 'timestamptz' })
  reservedUntil!: Date;

  @Column({ name: 'sent_at', type: 'timestamptz', nullable: true })
  sentAt!: Date | null;

  /** When the mail server did not confirm the mail. The reminder counts as sent. */
  @Column({ name: 'doubtful_at', type: 'timestamptz', nullable: true })
  doubtfulAt!: Date | null;
}
