import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateMonthlyReports1790000000221 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_MONTHLY_REPORTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table monthly_reports');
  }
}

const CREATE_MONTHLY_REPORTS = `
  create table monthly_reports (
    month varchar(7) not null,
    fingerprint varchar(64) not null,
    made_at timestamptz not null,
    primary key (month)
  )`;
