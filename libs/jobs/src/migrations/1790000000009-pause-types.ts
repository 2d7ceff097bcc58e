import { JobsMigration, type QueryInSchema } from './jobs-migration.js';

/** Until when and by whom job types are paused. */
export class PauseTypes1790000000009 extends JobsMigration {
  protected async create(query: QueryInSchema): Promise<void> {
    await query(
      `alter table {job_types} add column paused_at timestamptz, add column paused_until timestamptz,
         add column paused_by varchar(200)`,
    );
  }

  protected async drop(query: QueryInSchema): Promise<void> {
    await query('alter table {job_types} drop column paused_at, drop column paused_until, drop column paused_by');
  }
}
