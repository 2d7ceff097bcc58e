import pg from 'pg';
import { testSchema } from './test-schema.js';

/** A pool for tests. Its `end()` resolves while its connections still close, so the database's `drop()` may end one first. */
export function createTestPool(url: string, config: pg.PoolConfig = {}): pg.Pool {
  const path = testSchema !== undefined && { options: `-c search_path=${testSchema},public` };
  const pool = new pg.Pool({ connectionString: url, ...path, ...config });
  pool.on('error', () => {});
  return pool;
}
