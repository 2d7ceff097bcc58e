import type pg from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { Executor, Statement } from './statement.js';

/** The worker's own connections, or the host's. Named statements are planned once per connection; a pooler in between forbids them. */
export class PoolExecutor implements Executor {
  constructor(
    private readonly pool: pg.Pool,
    private readonly named: boolean,
  ) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const { name, text, pooledText = text } = statement;
    const query = this.named ? { name, text } : { text: pooledText };
    const { rows } = await this.pool.query({ ...query, values: [...params] });
    return rows as Row[];
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

  async run<Params extends readonly unknown[], Row>({ text }: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const runner = this.manager?.queryRunner;
    if (runner) return (await runner.query(text, [...params], true)).records as Row[];
    const own = this.dataSource.createQueryRunner();
    try {
      return (await own.query(text, [...params], true)).records as Row[];
    } finally {
      await own.release();
    }
  }
}
