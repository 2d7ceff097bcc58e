import type { DataSource } from 'typeorm';
import { quoteIdentifier } from '../job/validate/schema-name.js';
import { jobsMigrations, jobsMigrationsIn } from './index.js';
import { migrationsDone } from './run-migrations.js';

/** How a host has declared the migrations of this library, as its table of migrations shows. */
export interface MigrationPlace {
  /** Whether they are those of `jobsMigrationsIn()`, whose names have the schema. */
  named: boolean;
  /** Whether TypeORM's table is in the schema too, because the DataSource has it. */
  tableInSchema: boolean;
}

/** The names in TypeORM's table: in the one on the search path, and in the one of the schema. */
export interface RecordedMigrations {
  onPath: ReadonlySet<string>;
  inSchema: ReadonlySet<string>;
  /** Whether the schema has the table of jobs. */
  hasTables: boolean;
}

/** Decides by what is recorded. Where nothing is, as `jobsMigrationsIn()` would do it. */
export function migrationPlace(schema: string, { onPath, inSchema, hasTables }: RecordedMigrations): MigrationPlace {
  const plain = jobsMigrations.map(({ name }) => name);
  const named = jobsMigrationsIn(schema).map((Migration) => new Migration().name!);
  const hasAny = (recorded: ReadonlySet<string>, names: readonly string[]) => names.some((name) => recorded.has(name));
  if (hasAny(onPath, named)) return { named: true, tableInSchema: false };
  if (hasAny(inSchema, named)) return { named: true, tableInSchema: true };
  if (hasAny(inSchema, plain)) return { named: false, tableInSchema: true };
  // On the path, plain names may also be those of tables elsewhere.
  return { named: !(hasTables && hasAny(onPath, plain)), tableInSchema: false };
}

/** Reads what `migrationPlace()` needs. */
export async function recordedMigrations(
  dataSource: DataSource,
  schema: string,
  table: string,
): Promise<RecordedMigrations> {
  const runner = dataSource.createQueryRunner();
  const inSchema = (name: string) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  try {
    const found = (await runner.query('select to_regclass($1) is not null as present', [inSchema('jobs')])) as {
      present: boolean;
    }[];
    return {
      onPath: await migrationsDone(runner, quoteIdentifier(table)),
      inSchema: await migrationsDone(runner, inSchema(table)),
      hasTables: found[0]!.present,
    };
  } finally {
    await runner.release();
  }
}
