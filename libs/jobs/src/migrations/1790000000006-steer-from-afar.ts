import { JobsMigration, type QueryInSchema } from './jobs-migration.js';

/** Schedules that are made and changed at run time, what became of each tick, and workers that are steered from afar. */
export class SteerFromAfar1790000000006 extends JobsMigration {
  protected async create(query: QueryInSchema): Promise<void> {
    await query(MAKE_SCHEDULES);
    await query(
      `alter table {job_schedule_ticks} add column outcome varchar(10) not null default 'fired', add column job_id uuid,
         add column error text`,
    );
    await query(
      `alter table {job_workers} add column max_slots int, add column wanted_slots int, add column wanted_at timestamptz,
         add column draining_since timestamptz,
         add constraint job_workers_wanted_slots_range check (wanted_slots between 1 and 1000)`,
    );
  }

  protected async drop(query: QueryInSchema): Promise<void> {
    await query(
      `alter table {job_workers} drop column max_slots, drop column wanted_slots, drop column wanted_at,
         drop column draining_since`,
    );
    // A tick that failed has not fired, and older versions know no other outcome.
    await query(`delete from {job_schedule_ticks} where outcome = 'failed'`);
    await query('alter table {job_schedule_ticks} drop column outcome, drop column job_id, drop column error');
    await query('delete from {job_schedules} where job_type is not null');
    await query(DROP_SCHEDULES);
  }
}

/** With `job_type`, a schedule was made at run time; without it, it is a method. `code_cron` is what an operator replaced. */
const MAKE_SCHEDULES = `
  alter table {job_schedules}
    add column job_type varchar(50),
    add column payload jsonb,
    add column overlap varchar(10) not null default 'allow',
    add column jitter_ms int not null default 0,
    add column catch_up_last int,
    add column starts_at timestamptz,
    add column ends_at timestamptz,
    add column times int,
    add column times_left int,
    add column ended_at timestamptz,
    add column code_cron varchar(100),
    add column code_time_zone varchar(50),
    add column set_at timestamptz,
    add column set_by varchar(200),
    add constraint job_schedules_overlap_known check (overlap in ('allow', 'skip', 'replace'))`;

const DROP_SCHEDULES = `
  alter table {job_schedules}
    drop column job_type, drop column payload, drop column overlap, drop column jitter_ms, drop column catch_up_last,
    drop column starts_at, drop column ends_at, drop column times, drop column times_left, drop column ended_at, drop column code_cron,
    drop column code_time_zone, drop column set_at, drop column set_by`;
