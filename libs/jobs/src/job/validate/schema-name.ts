/** PostgreSQL truncates longer names. */
const MAX_BYTES = 63;

/** What is wrong with the name of a schema; null if it can be used. Upper case and any letters are allowed. */
export function schemaNameIssue(name: unknown): string | null {
  if (typeof name !== 'string' || name === '') return 'must be the name of a PostgreSQL schema, such as "app"';
  if (Buffer.byteLength(name) > MAX_BYTES) return `must have at most ${MAX_BYTES} bytes`;
  if (name.includes('\0') || !name.isWellFormed()) return 'must not contain U+0000 or a lone surrogate';
  if (name.startsWith('pg_') || name === 'information_schema') return 'must not be a schema of PostgreSQL itself';
  return null;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

const IN_LITERAL = /'\{(\w+)\}'/g;
const AS_NAME = /\{(\w+)\}/g;

/**
 * Puts the tables of an SQL text into a schema. The text names them in braces, `from {jobs}`, and in quotes for a
 * `regclass`, `'{jobs}'::regclass`. Without a schema the search path decides.
 */
export function inSchemaText(text: string, schema: string | undefined): string {
  const prefix = schema === undefined ? '' : `${quoteIdentifier(schema)}.`;
  return text
    .replace(IN_LITERAL, (_, name: string) => `'${(prefix + name).replaceAll("'", "''")}'`)
    .replace(AS_NAME, (_, name: string) => prefix + name);
}
