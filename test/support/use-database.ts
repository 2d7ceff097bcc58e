import { connectionOptions } from '@monstera/database';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { applicationUrl } from './pooler.js';
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.js';

export interface UseDatabaseOptions extends TestDatabaseOptions {
  /** A new database for each test. Default: one for all tests of the `describe`. */
  each?: boolean;
}

/** The database of the tests of a `describe`. It exists from its first `before…` hook to the end of its last test. */
export interface UsedDatabase {
  readonly url: string;
  /** Opens a connection, which is ended before the database is dropped. */
  connect(): Promise<pg.Client>;
  /**
   * Opens a data source, which is destroyed before the database is dropped. `asApplication`: by the address that
   * applications know, which may be that of a pooler.
   */
  openDataSource(options?: { asApplication?: boolean }): Promise<DataSource>;
  /** Closes something before the database is dropped, in the order of these calls. */
  closeFirst(close: () => unknown): void;
}

/** Makes a database before the tests and drops it after them. Call it in a `describe`, before other hooks. */
export function useDatabase({ each = false, ...options }: UseDatabaseOptions = {}): UsedDatabase {
  const [before, after] = each ? [beforeEach, afterEach] : [beforeAll, afterAll];
  let database: TestDatabase | undefined;
  const closing: (() => unknown)[] = [];
  const closeFirst = (close: () => unknown) => void closing.push(close);
  const url = () => {
    if (!database) throw new Error('The database is there in hooks and tests only');
    return database.url;
  };
  before(async () => {
    database = await createTestDatabase(options);
  });
  after(async () => {
    for (const close of closing.splice(0)) await close();
    await database?.drop();
    database = undefined;
  });
  return {
    get url() {
      return url();
    },
    closeFirst,
    connect: async () => {
      const client = new pg.Client({ connectionString: url() });
      await client.connect();
      closeFirst(() => client.end());
      return client;
    },
    openDataSource: async ({ asApplication = false } = {}) => {
      const address = asApplication ? applicationUrl(url()) : url();
      const dataSource = await new DataSource(connectionOptions({ url: address })).initialize();
      closeFirst(() => dataSource.destroy());
      return dataSource;
    },
  };
}
