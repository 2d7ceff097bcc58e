import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddDoubtfulReminders1790000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table weekly_report_reminders add column doubtful_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table weekly_report_reminders drop column doubtful_at');
  }
}
