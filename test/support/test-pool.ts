import pg from 'pg';

/** A pool for tests. Its `end()` resolves while its connections still close, so the database's `drop()` may end one first. */
export function createTestPool(url: string, config: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, ...config });
  pool.on('error', () => {});
  return pool;
}
