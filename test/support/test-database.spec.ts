import { connectionOptions } from '@monstera/database';
import { DataSource } from 'typeorm';
import type { TestDatabase } from './index.js';
import { createTestDatabase } from './index.js';

describe('createTestDatabase', () => {
  let first: TestDatabase;
  let second: TestDatabase;

  beforeAll(async () => {
    [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  });

  afterAll(async () => {
    await Promise.all([first.drop(), second.drop()]);
  });

  async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
    const dataSource = await new DataSource(connectionOptions({ url })).initialize();
    try {
      return await dataSource.query(text);
    } finally {
      await dataSource.destroy();
    }
  }

  it('comes with the tables of the migrations, and empty', async () => {
    expect(await query(first.url, 'select count(*)::int as jobs from jobs')).toEqual([{ jobs: 0 }]);
  });

  it('keeps the rows of two test files apart', async () => {
    await query(first.url, `insert into jobs (type) values ('data_cleanup')`);

    expect(await query(second.url, 'select count(*)::int as jobs from jobs')).toEqual([{ jobs: 0 }]);
  });

  it('is gone after drop(), even with a connection left open', async () => {
    const { url, drop } = await createTestDatabase();
    const dataSource = await new DataSource({
      ...connectionOptions({ url }),
      poolErrorHandler: () => undefined,
    }).initialize();

    await drop();

    await expect(query(url, 'select 1')).rejects.toMatchObject({ code: '3D000' });
    await dataSource.destroy();
  });
});
