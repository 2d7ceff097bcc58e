import { connectionOptions } from '@monstera/database';
import { jobsMigrationsIn } from '@monstera/jobs';
import { withMigrationSource } from '@monstera/monstera';
import { DataSource } from 'typeorm';
import { databaseUrl, withServer } from './server-connection.js';
import { createApplicationRole, FOREIGN_TABLES, testSchema } from './test-schema.js';
import { TEMPLATE } from './test-template-name.js';

/** A database with every migration run. Copying it costs a test file some 50 ms instead of a migration. */
export async function createTemplate(serverUrl: string): Promise<void> {
  await withServer(serverUrl, async (client) => {
    await client.query(`drop database if exists ${TEMPLATE}`);
    await client.query(`create database ${TEMPLATE}`);
  });
  const url = databaseUrl(serverUrl, TEMPLATE);
  if (testSchema === undefined) await withMigrationSource(url, (dataSource) => dataSource.runMigrations());
  else await createTemplateIn(testSchema, url);
  // Or its copies would be taken for restored ones.
  await withServer(url, (client) => client.query(`delete from ${testSchema ?? 'public'}.job_database`));
}

/** The tables of the jobs alone, in a schema. */
async function createTemplateIn(schema: string, url: string): Promise<void> {
  const migrations = jobsMigrationsIn(schema);
  const dataSource = await new DataSource({ ...connectionOptions({ url }), migrations }).initialize();
  await dataSource.runMigrations();
  await dataSource.destroy();
  await withServer(url, async (client) => {
    await createApplicationRole(client);
    await client.query(FOREIGN_TABLES);
  });
}
