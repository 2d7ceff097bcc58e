import { randomBytes } from 'node:crypto';
import { databaseUrl, withServer } from './server-connection.js';
import { TEMPLATE } from './test-template-name.js';

export interface TestDatabase {
  /** `postgresql://…`, for `connectionOptions({ url })` or a `pg.Client`. */
  url: string;
  /** Ends whatever connections are left and deletes the database. */
  drop(): Promise<void>;
}

/**
 * A database of this test file's own, on a real server, with every migration run and no rows; with `migrated: false`
 * without even a table.
 */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const serverUrl = process.env.MONSTERA_TEST_SERVER_URL;
  if (!serverUrl) throw new Error('MONSTERA_TEST_SERVER_URL is not set; run tests through `npx jest`.');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withServer(serverUrl, (client) =>
    client.query(`create database ${name} template ${migrated ? TEMPLATE : 'template0'}`),
  );
  return {
    url: databaseUrl(serverUrl, name),
    drop: async () => {
      await withServer(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}
