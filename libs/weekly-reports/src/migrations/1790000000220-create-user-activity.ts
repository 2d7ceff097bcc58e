import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUserActivity1790000000220 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE_USER_ACTIVITY);
    await runner.query(FILL_ACTIVE);
    await runner.query(FILL_INACTIVE);
    await runner.query(CREATE_FUNCTION);
    await runner.query(CREATE_TRIGGER);
    await runner.query(CREATE_TRUNCATE_TRIGGER);
    await runner.query('alter table weekly_reports add column changed_at timestamptz');
    await runner.query('update weekly_reports set changed_at = submitted_at');
    await runner.query('alter table weekly_reports alter changed_at set default now(), alter changed_at set not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table weekly_reports drop column changed_at');
    await runner.query('drop trigger users_keep_activity on users');
    await runner.query('drop trigger users_forget_activity on users');
    await runner.query('drop function users_keep_activity()');
    await runner.query('drop table user_activity');
  }
}

/** Has no foreign key, because that would forbid to truncate users. Triggers keep the table up to date. */
const CREATE_USER_ACTIVITY = `
  create table user_activity (
    user_id uuid not null,
    active_from timestamptz not null,
    active_to timestamptz,
    primary key (user_id, active_from),
    constraint user_activity_order check (active_to >= active_from)
  )`;

const FILL_ACTIVE = `
  insert into user_activity (user_id, active_from)
  select id, created_at
  from users
  where active`;

/** The time at which a user became inactive is unknown. The end of the last reported week is the best estimate. */
const FILL_INACTIVE = `
  insert into user_activity (user_id, active_from, active_to)
  select users.id, users.created_at, greatest(users.created_at, to_date(max(week), 'IYYY"-W"IW') + 7)
  from users
  left join weekly_reports on weekly_reports.user_id = users.id
  where not active
  group by users.id`;

/** If a user is deactivated and reactivated in one transaction, the period of activity continues. */
const CREATE_FUNCTION = `
  create function users_keep_activity() returns trigger language plpgsql as $$
  begin
    if tg_op = 'TRUNCATE' then
      truncate user_activity;
    elsif tg_op = 'DELETE' then
      delete from user_activity where user_id = old.id;
    elsif tg_op = 'INSERT' then
      if new.active then
        insert into user_activity (user_id, active_from) values (new.id, new.created_at);
      end if;
    elsif new.active and not old.active then
      update user_activity set active_to = null where user_id = new.id and active_to = now();
      if not found then
        insert into user_activity (user_id, active_from) values (new.id, now());
      end if;
    elsif old.active and not new.active then
      update user_activity
      set active_to = greatest(active_from, now())
      where user_id = new.id and active_to is null;
    end if;
    return null;
  end $$`;

const CREATE_TRIGGER = `
  create trigger users_keep_activity
  after insert or update of active or delete on users
  for each row execute function users_keep_activity()`;

const CREATE_TRUNCATE_TRIGGER = `
  create trigger users_forget_activity
  after truncate on users
  for each statement execute function users_keep_activity()`;
