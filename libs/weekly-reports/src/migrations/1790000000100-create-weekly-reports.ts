import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateWeeklyReports1790000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_USERS);
    await runner.query(CREATE_WEEKLY_REPORTS);
    await runner.query(CREATE_REMINDERS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table weekly_report_reminders, weekly_reports, users');
  }
}

const CREATE_USERS = `
  create table users (
    id uuid not null default gen_random_uuid(),
    name varchar(200) not null,
    email varchar(320) not null,
    active boolean not null default true,
    created_at timestamptz not null default now(),
    primary key (id),
    constraint users_email_unique unique (email)
  )`;

/** The unique index begins with the week, so that it also serves the lists of a week and of a month. */
const CREATE_WEEKLY_REPORTS = `
  create table weekly_reports (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null,
    week varchar(8) not null,
    hours numeric(5, 2) not null,
    summary text not null,
    submitted_at timestamptz not null default now(),
    primary key (id),
    constraint weekly_reports_user foreign key (user_id) references users (id),
    constraint weekly_reports_week_user_unique unique (week, user_id),
    constraint weekly_reports_week_format check (week ~ '^[0-9]{4}-W[0-9]{2}$'),
    constraint weekly_reports_hours_range check (hours between 0 and 168)
  )`;

/** Which job sends the reminder of a user's week, until when the job has it reserved, and whether it was sent. */
const CREATE_REMINDERS = `
  create table weekly_report_reminders (
    user_id uuid not null,
    week varchar(8) not null,
    message_id varchar(200) not null,
    reserved_by varchar(200) not null,
    reserved_attempt int not null,
    reserved_at timestamptz not null default now(),
    reserved_until timestamptz not null,
    sent_at timestamptz,
    primary key (user_id, week),
    constraint weekly_report_reminders_user foreign key (user_id) references users (id)
  )`;
