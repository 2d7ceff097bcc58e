import type { QueryRunner } from 'typeorm';
import { quoteIdentifier } from '../job/validate/schema-name.js';
import type { QueryInSchema } from './jobs-migration.js';

/** A function as ALTER FUNCTION names it, with its own name in braces. */
interface Routine {
  routine: string;
  schema: string | undefined;
}

/**
 * Makes a function use the tables beside it, whatever its caller's search path. So services in other languages need not
 * know the schema, and nobody can put other tables in front.
 */
export async function pinSearchPath(
  query: QueryInSchema,
  runner: QueryRunner,
  { routine, schema }: Routine,
): Promise<void> {
  const [{ current }] = (await runner.query('select current_schema() as current')) as [{ current: string }];
  const path = `pg_catalog, ${quoteIdentifier(schema ?? current)}, pg_temp`;
  await query(`alter function ${routine} set search_path = ${path}`);
}
