import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAuditLogs1790000000102 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_AUDIT_LOGS);
    await runner.query('create index audit_logs_created_at on audit_logs (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table audit_logs');
  }
}

const CREATE_AUDIT_LOGS = `
  create table audit_logs (
    id bigint generated always as identity,
    actor varchar(200) not null,
    action varchar(100) not null,
    subject varchar(200) not null,
    details jsonb not null default '{}',
    created_at timestamptz not null default now(),
    primary key (id)
  )`;
