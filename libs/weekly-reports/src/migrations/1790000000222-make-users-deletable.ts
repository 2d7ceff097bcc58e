import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MakeUsersDeletable1790000000222 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table users add column deleted_at timestamptz');
    await runner.query('create index weekly_report_reminders_reserved_at on weekly_report_reminders (reserved_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index weekly_report_reminders_reserved_at');
    await runner.query('alter table users drop column deleted_at');
  }
}
