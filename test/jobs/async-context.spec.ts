import { AsyncLocalStorage } from 'node:async_hooks';
import { createTestDatabase, eventually, type TestDatabase } from '../support/index.js';
import { OneProcess } from './one-process.js';

describe('the async context of a handler', () => {
  const context = new AsyncLocalStorage<string>();
  let database: TestDatabase;
  let one: OneProcess;

  beforeEach(async () => {
    database = await createTestDatabase();
    one = await OneProcess.start(database.url, { concurrency: 1 });
  });

  afterEach(async () => {
    await one.close();
    await database.drop();
  });

  it('is not that of the request which enqueued the job, though the job starts with its insert', async () => {
    const seen: (string | undefined)[] = [];
    one.onStart = () => seen.push(context.getStore());
    await context.run('a request', () => one.enqueue());
    await eventually(() => expect(one.started).toHaveLength(1));
    expect(one.host.sent).toEqual(['jobs_insert_started']);
    expect(seen).toEqual([undefined]);
  });
});
