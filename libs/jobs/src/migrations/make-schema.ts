import type { QueryRunner } from 'typeorm';
import { quoteIdentifier } from '../job/validate/schema-name.js';

/** Not with IF NOT EXISTS, which needs the right to create schemas even if there is nothing to create. */
export async function makeSchema(runner: QueryRunner, schema: string | undefined): Promise<void> {
  if (schema === undefined) return;
  const found = (await runner.query('select from pg_namespace where nspname = $1', [schema])) as unknown[];
  if (found.length === 0) await runner.query(`create schema ${quoteIdentifier(schema)}`);
}
