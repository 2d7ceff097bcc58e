import { statement } from '../../statement.js';

export interface DueIndexRow {
  /** The server's clock, in milliseconds since 1970. */
  now_ms: number;
  /** The size of jobs_due, which holds for every entry, dead or alive. */
  bytes: number;
  /**
   * Versions of jobs that are dead but not removed, as far as the server has counted them. Each may have left an entry in
   * an index, which a scan steps over until a vacuum can remove it.
   */
  dead: number;
}

/** What tells how long a walk over an index of `jobs` may take, without walking. */
export const readDueIndex = statement<[], DueIndexRow>(
  'due_index',
  `
  select
    extract(epoch from now())::float8 * 1000 as now_ms,
    pg_relation_size('{jobs_due}'::regclass)::float8 as bytes,
    coalesce(pg_stat_get_dead_tuples('{jobs}'::regclass), 0)::float8 as dead`,
);
