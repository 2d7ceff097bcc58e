import pg from 'pg';
import { snapshot } from './go-database.js';
import { GoJobs } from './go-jobs.js';

let go: GoJobs | undefined;

afterEach(async () => {
  await go?.close();
  go = undefined;
});

const JOBS = `create table jobs (id uuid primary key default gen_random_uuid(), type text not null, status text not null,
  scheduled_at timestamptz); insert into jobs (type, status) values ('data_cleanup', 'pending'), ('data_cleanup', 'completed');`;

describe('a take-over that cannot be', () => {
  it.each([
    ['TAKE_OVER_INVALID_OPTION', JOBS, ['--dry']],
    ['TAKE_OVER_INVALID_OPTION', JOBS, ['jobs']],
    ['TAKE_OVER_INVALID_OPTION', JOBS, ['--zone', 'Mars/Olympus']],
    ['TAKE_OVER_INVALID_OPTION', JOBS, ['--status', 'done=finished']],
    ['TAKE_OVER_INVALID_OPTION', JOBS, ['--batch', '0']],
    ['TAKE_OVER_INVALID_OPTION', JOBS, ['--schema', 'a; drop schema public']],
    ['TAKE_OVER_INVALID_OPTION', JOBS, ['--undo', '--dry-run']],
    ['TAKE_OVER_INVALID_OPTION', JOBS, ['--cancel-past-reminders', '--keep-past-reminders']],
    ['TAKE_OVER_NO_TABLE', 'select 1', []],
    ['TAKE_OVER_NO_TABLE', JOBS, ['--table', 'go.tasks']],
    ['TAKE_OVER_NO_TABLE', 'create view jobs as select 1 as id, 2 as type, 3 as status', []],
    ['TAKE_OVER_COLUMN_MISSING', 'create table jobs (id int, kind text)', []],
    ['TAKE_OVER_SCHEMA_TAKEN', `${JOBS} create schema go_service`, []],
    ['TAKE_OVER_NOTHING_TO_UNDO', JOBS, ['--undo']],
  ])('says %s, how to mend it, and changes nothing', async (code, sql, args) => {
    go = await GoJobs.create(sql);
    const before = await snapshot(go.client);

    await expect(go.takeOver(args)).rejects.toMatchObject({ code, fix: expect.stringMatching(/./) });

    expect(await snapshot(go.client)).toEqual(before);
  });

  it("names the new version's own table as what it is", async () => {
    go = await GoJobs.create('select 1', { migrated: true });
    await expect(go.takeOver()).rejects.toMatchObject({
      code: 'TAKE_OVER_NO_TABLE',
      message: expect.stringContaining('own'),
    });
  });

  it('waits ten seconds for a table that somebody uses, and can be run again', async () => {
    go = await GoJobs.create(JOBS);
    const other = new pg.Client({ connectionString: go.url });
    await other.connect();
    await other.query('begin; select * from jobs');

    await expect(go.takeOver()).rejects.toMatchObject({
      code: 'TAKE_OVER_TABLE_BUSY',
      message: expect.stringContaining('setting aside'),
    });

    await other.end();
    expect((await go.takeOver()).at(-1)).toContain('Counts agree: 2 rows');
  });

  it('is the only one at work', async () => {
    go = await GoJobs.create(JOBS);
    const [first, second] = await Promise.allSettled([go.takeOver(), go.takeOver()]);
    const failed = [first, second].filter(({ status }) => status === 'rejected');
    expect(failed).toEqual([{ status: 'rejected', reason: expect.objectContaining({ code: 'TAKE_OVER_RUNNING' }) }]);
  });
});

describe('a take-over that was stopped on its way', () => {
  it('goes on only with the options that it began with, and without workers', async () => {
    go = await GoJobs.create(JOBS);
    await go.client.query(BREAK_COPYING);
    await expect(go.takeOver(['--zone', 'Asia/Tokyo'])).rejects.toMatchObject({
      code: 'TAKE_OVER_DATABASE_FAILED',
      message: expect.stringContaining('ran out of space'),
    });
    await expect(go.takeOver()).rejects.toMatchObject({
      code: 'TAKE_OVER_OPTIONS_CHANGED',
      message: expect.stringContaining('zone'),
    });
    await go.client.query(`drop event trigger break_copying; drop trigger break_copying on jobs;
      insert into job_workers (id, host, pid, version, queues, slots) values (gen_random_uuid(), 'h', 1, '1', '{}', 1)`);
    await expect(go.takeOver(['--zone', 'Asia/Tokyo'])).rejects.toMatchObject({ code: 'TAKE_OVER_WORKERS_RUNNING' });
    await go.client.query('update job_workers set dead_at = now()');

    expect((await go.takeOver(['--zone', 'Asia/Tokyo'])).at(-1)).toContain('Counts agree: 2 rows');
  });

  it('says so when the old rows have changed meanwhile, and can be taken back', async () => {
    go = await GoJobs.create(JOBS);
    await go.client.query(BREAK_COPYING);
    await expect(go.takeOver()).rejects.toMatchObject({ code: 'TAKE_OVER_DATABASE_FAILED' });
    await go.client.query(`drop event trigger break_copying; drop trigger break_copying on jobs;
      insert into go_service.jobs (type, status) values ('late', 'pending')`);

    await expect(go.takeOver()).rejects.toMatchObject({
      code: 'TAKE_OVER_COUNTS_DISAGREE',
      message: expect.stringContaining('3 rows and 2 were looked at'),
    });
    await go.takeOver(['--undo']);
    expect((await go.takeOver()).at(-1)).toContain('Counts agree: 3 rows');
  });
});

/** Lets the new table come into being and refuse its rows. */
const BREAK_COPYING = `
  create function public.no_space() returns trigger language plpgsql as $$
    begin raise exception 'ran out of space'; end $$;
  create function public.break_copying() returns event_trigger language plpgsql as $$
    begin
      if to_regclass('public.jobs') is not null and to_regclass('go_service.jobs') is not null
         and not exists (select from pg_trigger where tgname = 'break_copying') then
        create trigger break_copying before insert on public.jobs for each row execute function public.no_space();
      end if;
    end $$;
  create event trigger break_copying on ddl_command_end when tag in ('CREATE TABLE') execute function public.break_copying()`;

describe('undoing', () => {
  it('refuses to lose what has been done since, unless told to', async () => {
    go = await GoJobs.create(JOBS);
    const before = await snapshot(go.client);
    await go.takeOver();
    await go.client.query(`update jobs set run = 1 where status = 'pending'; insert into jobs (type) values ('new');
      insert into users (name, email) values ('A', 'a@example.com')`);

    await expect(go.takeOver(['--undo'])).rejects.toMatchObject({
      code: 'TAKE_OVER_WORKED_SINCE',
      message: expect.stringMatching(/1 jobs that have run.*1 new jobs.*1 rows of users/),
    });
    await go.takeOver(['--undo', '--discard-new-work']);

    expect(await snapshot(go.client)).toEqual(before);
  });

  it('takes only its own jobs out of tables that were there before', async () => {
    go = await GoJobs.create(
      `insert into jobs (id, type) values ('0189f0cb-1111-4222-8333-444455556666', 'mine');
       create table go_jobs (id text, type text, status text);
       insert into go_jobs values ('0189f0cb-1111-4222-8333-444455556666', 'mine', 'pending'), ('2', 'theirs', 'failed')`,
      { migrated: true },
    );
    await go.client.query(`insert into users (name, email) values ('A', 'a@example.com')`);
    const before = await snapshot(go.client);

    await go.takeOver(['--table', 'go_jobs']);
    expect(await go.rows('select type from jobs order by type')).toEqual([{ type: 'mine' }, { type: 'theirs' }]);
    await go.takeOver(['--undo', '--table', 'go_jobs']);

    expect(await snapshot(go.client)).toEqual(before);
  });
});
