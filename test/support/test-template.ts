import { connectionOptions } from '@monstera/database';
import { readdir } from 'node:fs/promises';
import type { MigrationInterface } from 'typeorm';
import { DataSource } from 'typeorm';
import { databaseUrl, withServer } from './server-connection.js';
import { TEMPLATE } from './test-template-name.js';

/** A database with every migration run. Copying it costs a test file some 50 ms instead of a migration. */
export async function createTemplate(serverUrl: string): Promise<void> {
  await withServer(serverUrl, (client) => client.query(`create database ${TEMPLATE}`));
  const dataSource = new DataSource({
    ...connectionOptions({ url: databaseUrl(serverUrl, TEMPLATE) }),
    migrations: await allMigrations(),
  });
  await dataSource.initialize();
  await dataSource.runMigrations();
  await dataSource.destroy();
}

type MigrationClass = new () => MigrationInterface;

async function allMigrations(): Promise<MigrationClass[]> {
  const libs = new URL('../../libs/', import.meta.url);
  const files: URL[] = [];
  for (const lib of await readdir(libs)) {
    const folder = new URL(`${lib}/src/migrations/`, libs);
    const names = await readdir(folder).catch(() => []);
    files.push(...names.filter((name) => /^\d+.*\.ts$/.test(name)).map((name) => new URL(name, folder)));
  }
  const modules = await Promise.all(files.map((file) => import(file.href)));
  return modules
    .flatMap((module) => Object.values(module) as MigrationClass[])
    .filter((value) => typeof value === 'function');
}
