import { inSchemaText } from '../job/validate/schema-name.js';
import { CREATE_INDEXES } from './1790000000000-create-jobs.js';

/** The indexes of the table of jobs, with the SQL that makes each again while jobs run. */
export function jobIndexes(schema: string | undefined): { name: string; sql: string }[] {
  return CREATE_INDEXES.map((text) => {
    const [, name] = /\bindex (\w+) on\b/.exec(text)!;
    const sql = text.replace(' index ', ' index concurrently ').replaceAll(/\s+/g, ' ');
    return { name: name!, sql: inSchemaText(sql, schema) };
  });
}
