import type pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { Executor, Statement } from './statement.js';

/** The worker's own connections, or the host's. Named statements are planned once per connection; a pooler in between forbids them. */
export class PoolExecutor implements Executor {
  constructor(
    private readonly pool: pg.Pool,
    private readonly named: boolean,
  ) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const { name, text, pooledText = text, decode } = statement;
    const query = this.named ? { name, text } : { text: pooledText };
    const values = [...params];
    if (!decode) return (await this.pool.query({ ...query, values })).rows as Row[];
    return (await this.pool.query<unknown[]>({ ...query, values, rowMode: 'array' })).rows.map(decode);
  }
}

/** The host's pool, past TypeORM's query runner: for a statement that is a transaction of its own. */
export function hostPool(dataSource: DataSource, named: boolean): PoolExecutor {
  return new PoolExecutor((dataSource.driver as PostgresDriver).master as pg.Pool, named);
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
  { text, decode }: Statement<Params, Row>,
  params: Params,
): Promise<Row[]> {
  const { records } = await runner.query(text, [...params], true);
  return decode ? records.map((record: object) => decode(Object.values(record))) : (records as Row[]);
}
