import type { DataSource } from 'typeorm';
import { migrationsDone, migrationsTable, nameOfMigration, withMigrationLock } from './run-migrations.js';

/**
 * Undoes the DataSource's last migration that has run, and returns its name; null if none has. Migrations in the table
 * that the DataSource does not know, such as those of the host, are left alone.
 */
export function revertLastMigration(dataSource: DataSource): Promise<string | null> {
  return withMigrationLock(dataSource, async (runner) => {
    const table = migrationsTable(dataSource);
    const done = await migrationsDone(runner, table);
    const last = dataSource.migrations.findLast((migration) => done.has(nameOfMigration(migration)));
    if (!last) return null;
    await runner.startTransaction();
    try {
      await last.down(runner);
      await runner.query(`delete from ${table} where name = $1`, [nameOfMigration(last)]);
      await runner.commitTransaction();
    } catch (error) {
      await runner.rollbackTransaction().catch(() => {});
      throw error;
    }
    return nameOfMigration(last);
  });
}

/** The name of the migration that `revertLastMigration()` would undo. Only reads. */
export async function lastMigration(dataSource: DataSource): Promise<string | null> {
  const runner = dataSource.createQueryRunner();
  try {
    const done = await migrationsDone(runner, migrationsTable(dataSource));
    return dataSource.migrations.map(nameOfMigration).findLast((name) => done.has(name)) ?? null;
  } finally {
    await runner.release();
  }
}
