/** PostgreSQL cuts longer names off. */
const MAX_BYTES = 63;

/** What is wrong with the name of a schema; null if it can be used. Any case and any letters may be in it. */
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
 * The SQL text with its relations put into a schema. The text names them in braces, `from {jobs}`, and in quotes where it
 * wants a `regclass`, `'{jobs}'::regclass`. Without a schema the bare names stay, which the search path resolves.
 */
export function inSchemaText(text: string, schema: string | undefined): string {
  const prefix = schema === undefined ? '' : `${quoteIdentifier(schema)}.`;
  return text
    .replace(IN_LITERAL, (_, name: string) => `'${(prefix + name).replaceAll("'", "''")}'`)
    .replace(AS_NAME, (_, name: string) => prefix + name);
}
