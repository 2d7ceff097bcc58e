import type { QueryRunner } from 'typeorm';
import { quoteIdentifier } from '../job/validate/schema-name.js';

/** Not with IF NOT EXISTS, which needs the right to create schemas even if there is nothing to create. */
export async function makeSchema(runner: QueryRunner, schema: string | undefined): Promise<void> {
  if (schema !== undefined && (await isSchemaMissing(runner, schema))) await runner.query(schemaSql(schema));
}

export async function isSchemaMissing(runner: QueryRunner, schema: string): Promise<boolean> {
  const found = (await runner.query('select from pg_namespace where nspname = $1', [schema])) as unknown[];
  return found.length === 0;
}

export function schemaSql(schema: string): string {
  return `create schema ${quoteIdentifier(schema)}`;
}
