import type pg from 'pg';
import { classifyDatabaseError } from './database-errors.js';
import { PoolExecutor } from './executors.js';
import type { Executor, Statement } from './statement.js';

/**
 * A pool of the worker's own. After a failover every connection may lead to the server that was the primary: once one of
 * them turns out to be read-only, none of them is kept.
 */
export class WorkerPool implements Executor {
  private pool: pg.Pool;
  private executor: PoolExecutor;

  constructor(
    private readonly newPool: () => pg.Pool,
    private readonly named: boolean,
  ) {
    this.pool = newPool();
    this.executor = new PoolExecutor(this.pool, named);
  }

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const { pool } = this;
    try {
      return await this.executor.run(statement, params);
    } catch (error) {
      if (classifyDatabaseError(error) === 'read_only') this.replace(pool);
      throw error;
    }
  }

  end(): Promise<void> {
    return this.pool.end();
  }

  private replace(pool: pg.Pool): void {
    if (pool !== this.pool) return;
    this.pool = this.newPool();
    this.executor = new PoolExecutor(this.pool, this.named);
    void pool.end().catch(() => {});
  }
}
