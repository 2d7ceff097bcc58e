import { withMigrationSource } from '@monstera/monstera';
import { databaseUrl, withServer } from './server-connection.js';
import { TEMPLATE } from './test-template-name.js';

/** A database with every migration run. Copying it costs a test file some 50 ms instead of a migration. */
export async function createTemplate(serverUrl: string): Promise<void> {
  await withServer(serverUrl, async (client) => {
    await client.query(`drop database if exists ${TEMPLATE}`);
    await client.query(`create database ${TEMPLATE}`);
  });
  await withMigrationSource(databaseUrl(serverUrl, TEMPLATE), (dataSource) => dataSource.runMigrations());
}
