import type { DataSource } from 'typeorm';
import { JobsMigration } from './jobs-migration.js';
import { TIMESTAMP_DIGITS } from './migration-name.js';
import { migrationsTable, nameOfMigration, pendingMigrations } from './run-migrations.js';

/**
 * A script that does what `runMigrations()` would do: the SQL of the pending migrations of this library, and the rows
 * by which TypeORM knows that they have run. Empty if none is pending. Only reads.
 */
export async function pendingMigrationSql(dataSource: DataSource): Promise<string> {
  const runner = dataSource.createQueryRunner();
  try {
    const pending = new Set(await pendingMigrations(dataSource, runner));
    const table = migrationsTable(dataSource);
    const parts: string[] = [];
    const made = new Set<string>();
    for (const migration of dataSource.migrations) {
      const name = nameOfMigration(migration);
      if (!pending.has(name) || !(migration instanceof JobsMigration)) continue;
      // The schema is missing for each of them, but made by the first.
      const texts = (await migration.sql(runner)).filter((text) => !made.has(text));
      texts.filter((text) => text.startsWith('create schema ')).forEach((text) => made.add(text));
      parts.push(script(name, [...texts, recordSql(table, name)]));
    }
    return parts.length === 0 ? '' : [tableSql(table), ...parts].join('\n\n');
  } finally {
    await runner.release();
  }
}

function script(name: string, texts: readonly string[]): string {
  const statements = texts.map((text) => `${outdented(text)};`);
  return [`-- ${name}`, 'begin;', ...statements, 'commit;'].join('\n');
}

/** As TypeORM makes it. */
function tableSql(table: string): string {
  return `create table if not exists ${table} (id serial primary key, timestamp bigint not null, name varchar not null);`;
}

function recordSql(table: string, name: string): string {
  const literal = `'${name.replaceAll("'", "''")}'`;
  return `insert into ${table} (timestamp, name) values (${name.slice(-TIMESTAMP_DIGITS)}, ${literal})`;
}

/** Texts stand in their sources between lines of code. The first line may stand beside the quote. */
function outdented(text: string): string {
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const least = Math.min(...rest.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return [first, ...rest.map((line) => line.slice(least))].join('\n').trim();
}
