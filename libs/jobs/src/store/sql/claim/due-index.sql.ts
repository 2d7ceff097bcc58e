import { statement } from '../../statement.js';

export interface DueIndexRow {
  /** The server's clock, in milliseconds since 1970. */
  now_ms: number;
  /** The size of jobs_due in bytes, which includes dead entries. */
  bytes: number;
  /** Dead row versions of `jobs`, as the server counts them. Scans step over their index entries until a vacuum. */
  dead: number;
}

/** Figures that show how long a scan of an index of `jobs` may take, read without a scan. */
export const readDueIndex = statement<[], DueIndexRow>(
  'due_index',
  `
  select
    extract(epoch from now())::float8 * 1000 as now_ms,
    pg_relation_size('{jobs_due}'::regclass)::float8 as bytes,
    coalesce(pg_stat_get_dead_tuples('{jobs}'::regclass), 0)::float8 as dead`,
);
