import { quoteName } from './state.js';

export const deleteMigration = (table: string): string => `delete from ${quoteName(table)} where name = $1`;

export const dropMigrationsTable = (table: string): string => `drop table if exists ${quoteName(table)}`;

/** The tables among these relations that hold work of users and jobs. The queue's tables about itself do not count. */
export const FEATURE_TABLES = `
  select relname::text as name from pg_class
  where relnamespace = current_schema()::regnamespace and relkind = 'r'
    and relname = any ($1::text[]) and relname !~ '^(jobs$|job_)'
  order by relname`;
