import { JobsMigration, type QueryInSchema } from './jobs-migration.js';

/** What operators set: until when and by whom queues and schedules are paused, and runs of schedules asked for by hand. */
export class SteerFleet1790000000003 extends JobsMigration {
  protected async create(query: QueryInSchema): Promise<void> {
    await query('alter table {job_queues} add column paused_until timestamptz, add column paused_by varchar(200)');
    await query(
      `alter table {job_schedules} add column paused_at timestamptz, add column paused_by varchar(200),
         add column run_requested_at timestamptz`,
    );
  }

  protected async drop(query: QueryInSchema): Promise<void> {
    await query(
      'alter table {job_schedules} drop column paused_at, drop column paused_by, drop column run_requested_at',
    );
    await query('alter table {job_queues} drop column paused_until, drop column paused_by');
  }
}
