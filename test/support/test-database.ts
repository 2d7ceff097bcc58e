import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { databaseUrl, withServer } from './server-connection.js';
import { testSchema } from './test-schema.js';
import { TEMPLATE } from './test-template-name.js';

export interface TestDatabase {
  /** `postgresql://…`, for `connectionOptions({ url })` or a `pg.Client`. */
  url: string;
  /** Ends whatever connections are left and deletes the database. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  migrated?: boolean;
  /** Such as `LATIN1`; default UTF8. */
  encoding?: string;
}

/**
 * A database of this test file's own, on a real server, with every migration run and no rows; with `migrated: false`
 * without even a table. One with an encoding of its own is not migrated either.
 */
export async function createTestDatabase({
  migrated = true,
  encoding,
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = process.env.MONSTERA_TEST_SERVER_URL;
  if (!serverUrl) throw new Error('MONSTERA_TEST_SERVER_URL is not set; run tests through `npx jest`.');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = migrated ? TEMPLATE : 'template0';
  await withServer(serverUrl, async (client) => {
    if (encoding) await createWithEncoding(client, name, encoding);
    else await client.query(`create database ${name} template ${template}`);
    if (testSchema !== undefined) await client.query(`alter database ${name} set search_path = ${testSchema}, public`);
  });
  return {
    url: databaseUrl(serverUrl, name),
    drop: async () => {
      await withServer(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** The template's own locale may be of another encoding. PostgreSQL 14 knows one provider of locales only. */
async function createWithEncoding(client: pg.Client, name: string, encoding: string): Promise<void> {
  const { rows } = await client.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  );
  const provider = rows[0]!.major >= 15 ? 'locale_provider libc' : '';
  await client.query(`create database ${name} template template0 encoding '${encoding}' locale 'C' ${provider}`);
}
