import { connectionOptions } from '@monstera/database';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { ManagerExecutor, PoolExecutor, runOn } from '../../libs/jobs/src/store/connection/executors.js';
import { textStatement, type ColumnTexts, type ScalarParameter } from '../../libs/jobs/src/store/statement.js';
import { createTestPool } from '../support/index.js';
import { useDatabase } from '../support/use-database.js';

const asTheyAre = (texts: ColumnTexts) => texts;
const columns = textStatement<ScalarParameter[], ColumnTexts>(
  'columns',
  `select $1::int as n, $2::text as t, $3::jsonb as j, array_to_json(array['a,"b'])`,
  asTheyAre,
  { pooledText: `select 'pooled', $1::int, $2::text, $3::jsonb` },
);
const divide = textStatement<[by: number], number>('divide', 'select 12 / $1::int', ([quotient]) => Number(quotient));
const slow = textStatement<[], string>('slow', 'select pg_sleep(30)::text', ([text]) => text!);

function cut(client: pg.ClientBase): void {
  (client as unknown as { connection: pg.Connection }).connection.stream.destroy(new Error('cut'));
}

describe('a text statement', () => {
  const database = useDatabase();
  let client: pg.Client;

  beforeEach(async () => {
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });

  afterEach(() => client.end());

  const run = (by: number) => runOn(client, divide, [by], true);

  it('is prepared once per connection, and has nothing described', async () => {
    const said: string[] = [];
    const { connection } = client as unknown as { connection: pg.Connection & { parsedStatements: object } };
    for (const name of ['parseComplete', 'rowDescription']) connection.on(name, () => said.push(name));
    expect([await run(3), await run(4)]).toEqual([[4], [3]]);
    expect(said).toEqual(['parseComplete']);
    expect(connection.parsedStatements).toEqual({ [divide.name]: divide.text });
  });

  it('fails with what the server says, and the connection goes on', async () => {
    await expect(run(0)).rejects.toMatchObject({ code: '22012' });
    expect(await run(6)).toEqual([2]);
  });

  it('fails with what decoding a row throws, and the connection goes on', async () => {
    const broken = textStatement<[], number>('broken', `select '{'`, ([text]) => JSON.parse(text!) as number);
    await expect(runOn(client, broken, [], true)).rejects.toThrow(SyntaxError);
    expect(await run(6)).toEqual([2]);
  });

  it('fails if the line breaks', async () => {
    client.on('error', () => {});
    const answer = runOn(client, slow, [], true);
    cut(client);
    await expect(answer).rejects.toThrow('cut');
  });

  it('ends nothing but itself if its connection to a pool breaks', async () => {
    const pool = createTestPool(database.url);
    const executor = new PoolExecutor(pool, true);
    pool.once('acquire', (taken) => setImmediate(() => cut(taken)));
    await expect(executor.run(slow, [])).rejects.toThrow('cut');
    expect(await executor.run(divide, [4])).toEqual([3]);
    expect(pool.totalCount).toBe(1);
    await pool.end();
  });

  it.each([
    ['a pool', {}, true, ['7', null, '{"a": [1]}', '["a,\\"b"]']],
    ['a pool that sends several statements at once', { pipeline: true }, true, ['7', null, '{"a": [1]}', '["a,\\"b"]']],
    ['a pool behind a pooler', {}, false, ['pooled', '7', null, '{"a": [1]}']],
  ])('has the same texts for its rows on %s', async (_, config, named, texts) => {
    const pool = createTestPool(database.url, config);
    const rows = await new PoolExecutor(pool, named).run(columns, [7, null, '{"a":[1]}']);
    expect(rows).toEqual([texts]);
    await pool.end();
  });

  it('is refused where TypeORM would read its rows', async () => {
    const dataSource = await new DataSource(connectionOptions({ url: database.url })).initialize();
    await expect(new ManagerExecutor(dataSource).run(divide, [3])).rejects.toThrow('jobs_divide reads texts');
    await dataSource.destroy();
  });
});
