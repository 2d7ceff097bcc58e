import type pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PreparedQuery } from './prepared-query.js';
import { noRow, type Executor, type ScalarParameter, type Statement } from './statement.js';

const AS_TEXT: pg.CustomTypesConfig = { getTypeParser: () => (text: unknown) => text };

/**
 * A pool's connections. Named statements are planned once per connection; a pooler in between forbids them, and one that
 * sends several statements at once takes pg's own queries only.
 */
export class PoolExecutor implements Executor {
  constructor(
    private readonly pool: pg.Pool,
    private readonly named: boolean,
  ) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const { pool, named } = this;
    if (!named || !statement.decode || pool.options.pipeline) return query(pool, statement, params, named);
    const client = await pool.connect();
    // The statement fails with it too; unheard, the event would end the process.
    const ignore = () => {};
    client.on('error', ignore);
    try {
      const rows = await runOn(client, statement, params, named);
      client.release();
      return rows;
    } catch (error) {
      client.release(true);
      throw error;
    } finally {
      client.off('error', ignore);
    }
  }
}

/** Runs a statement on one connection: with the text for its server's version, where that is known. */
export function runOn<Params extends readonly unknown[], Row>(
  client: pg.ClientBase & { serverMajor?: number },
  statement: Statement<Params, Row>,
  params: Params,
  named: boolean,
): Promise<Row[]> {
  const { name, decode } = statement;
  const text = (client.serverMajor ?? 0) >= 17 ? (statement.text17 ?? statement.text) : statement.text;
  if (!named || !decode) return query(client, { ...statement, text }, params, named);
  return new Promise((resolve, reject) => {
    // Made before the query is, and never set on it later, as pg does: all that a statement returns then outlives the
    // collections of the young, and a worker needs a full one every few seconds (docs/performance.md).
    const callback = (error: Error | undefined, rows?: Row[]) => (error ? reject(error) : resolve(rows!));
    client.query(new PreparedQuery({ name, text }, decode, params as readonly ScalarParameter[], callback));
  });
}

async function query<Params extends readonly unknown[], Row>(
  connection: pg.Pool | pg.ClientBase,
  { name, text, pooledText = text, decode }: Statement<Params, Row>,
  params: Params,
  named: boolean,
): Promise<Row[]> {
  const config = { ...(named ? { name, text } : { text: pooledText }), values: [...params] };
  if (!decode) return (await connection.query(config)).rows as Row[];
  return (await connection.query<(string | null)[]>({ ...config, rowMode: 'array', types: AS_TEXT })).rows.map(decode);
}

/** The host's pool, past TypeORM's query runner: for a statement that is a transaction of its own. */
export function hostPool(dataSource: DataSource, named: boolean): PoolExecutor {
  return new PoolExecutor((dataSource.driver as PostgresDriver).master as pg.Pool, named);
}

/** The most connections that the host's pool opens, or undefined if it does not say. */
export function hostPoolSize(dataSource: DataSource): number | undefined {
  const { options } = (dataSource.driver as PostgresDriver).master as Partial<pg.Pool>;
  return options?.max;
}

/** The host's TypeORM connections: the caller's transaction if its manager is in one, else any free connection. */
export class ManagerExecutor implements Executor {
  constructor(
    private readonly dataSource: DataSource,
    private readonly manager?: EntityManager,
  ) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const runner = this.manager?.queryRunner;
    if (runner) return runWith(runner, statement, params);
    const own = this.dataSource.createQueryRunner();
    try {
      return await runWith(own, statement, params);
    } finally {
      await own.release();
    }
  }
}

async function runWith<Params extends readonly unknown[], Row>(
  runner: QueryRunner,
  { name, text, decode }: Statement<Params, Row>,
  params: Params,
): Promise<Row[]> {
  if (decode && decode !== noRow) throw new TypeError(`${name} reads texts, and TypeORM returns values`);
  const { records } = await runner.query(text, [...params], true);
  return records as Row[];
}
