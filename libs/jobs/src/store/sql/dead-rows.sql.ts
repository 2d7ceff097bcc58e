import { statement } from '../statement.js';

/**
 * How many row versions of `jobs` the server takes for dead. Each of them may have left an entry in an index, which a
 * scan steps over until a vacuum can remove it.
 */
export const countDeadRows = statement<[], { dead: number }>(
  'dead_rows',
  `select coalesce(max(n_dead_tup), 0)::float8 as dead from pg_stat_all_tables where relid = 'jobs'::regclass`,
);
