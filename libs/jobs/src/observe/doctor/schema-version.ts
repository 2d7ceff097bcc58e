import type { DataSource } from 'typeorm';
import type { JobsOptions } from '../../jobs.options.js';
import { jobsMigrations, jobsMigrationsIn } from '../../migrations/index.js';
import { migrationsDone, migrationsTable, nameOfMigration } from '../../migrations/run-migrations.js';
import { withHostConnection } from '../../store/connection/host-connections.js';

/** How far the migrations of this library have come. */
export interface SchemaVersion {
  /** The last one that has run. Null if none is recorded. */
  latest: string | null;
  /** Those that have not run. Null if it is not known: other tools migrate, or another DataSource does. */
  pending: string[] | null;
}

/** Reads TypeORM's table of migrations. Migrations of the host are not counted. */
export async function schemaVersion(
  dataSource: DataSource,
  { schema, waitTimeoutMs }: Pick<JobsOptions, 'schema' | 'waitTimeoutMs'>,
): Promise<SchemaVersion> {
  const done = await withHostConnection(dataSource, waitTimeoutMs, (runner) =>
    migrationsDone(runner, migrationsTable(dataSource)),
  );
  const isOurs = (migration: object) => jobsMigrations.some((known) => migration instanceof known);
  const declared = dataSource.migrations.filter(isOurs).map(nameOfMigration);
  return versionOf(done, declared, schema);
}

/** `declared`: the names of this library's migrations in the DataSource. Empty if the host runs them elsewhere. */
export function versionOf(done: ReadonlySet<string>, declared: string[], schema: string | undefined): SchemaVersion {
  const names = declared.length > 0 ? declared : namesElsewhere(done, schema);
  if (!names) return { latest: null, pending: null };
  return {
    latest: names.findLast((name) => done.has(name)) ?? null,
    pending: names.filter((name) => !done.has(name)),
  };
}

function namesElsewhere(done: ReadonlySet<string>, schema: string | undefined): string[] | undefined {
  const plain = jobsMigrations.map(({ name }) => name);
  const named = schema === undefined ? [] : jobsMigrationsIn(schema).map((Migration) => new Migration().name!);
  return [plain, named].find((names) => names.some((name) => done.has(name)));
}
