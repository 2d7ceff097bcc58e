import { statement } from '../../statement.js';
import { epochMs } from '../epoch-ms.js';

export interface StorageRow {
  /** The table with its schema, quoted. */
  relation: string;
  /** Estimates of the server. */
  live: number;
  dead: number;
  /** Whether the table's own settings turn autovacuum off. */
  autovacuum_off: boolean;
}

/** Size and dead rows of the table of jobs. No row if it is missing. */
export const readStorage = statement<[], StorageRow>(
  'read_storage',
  `
  select
    format('%I.%I', n.nspname, c.relname) as relation,
    coalesce(s.n_live_tup, 0)::float8 as live,
    coalesce(s.n_dead_tup, 0)::float8 as dead,
    coalesce('autovacuum_enabled=false' = any(c.reloptions), false) as autovacuum_off
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  left join pg_stat_all_tables as s on s.relid = c.oid
  where c.oid = to_regclass('{jobs}')`,
);

export interface IndexRow {
  name: string;
  /** The index with its schema, quoted. */
  relation: string;
  /** False after a CREATE INDEX CONCURRENTLY that failed. */
  valid: boolean;
  bytes: number;
  /** Estimate of the server as of the last vacuum. */
  entries: number;
}

/** The indexes of the table of jobs. */
export const readIndexes = statement<[], IndexRow>(
  'read_indexes',
  `
  select
    c.relname as name,
    format('%I.%I', n.nspname, c.relname) as relation,
    i.indisvalid and i.indisready as valid,
    pg_relation_size(c.oid)::float8 as bytes,
    greatest(c.reltuples, 0)::float8 as entries
  from pg_index as i
  join pg_class as c on c.oid = i.indexrelid
  join pg_namespace as n on n.oid = c.relnamespace
  where i.indrelid = to_regclass('{jobs}')
  order by c.relname`,
);

export interface TableRow {
  name: string;
  /** Estimates of the server. */
  live: number;
  dead: number;
  /** Without its indexes, with long values that are kept apart. */
  table_bytes: number;
  index_bytes: number;
  /** When dead rows were last removed, by hand or by autovacuum. */
  vacuumed_ms: number | null;
}

/** The sizes of the given tables in the schema of the table of jobs, the largest first. */
export const readTables = statement<[tables: string[]], TableRow>(
  'read_tables',
  `
  select
    c.relname as name,
    coalesce(s.n_live_tup, 0)::float8 as live,
    coalesce(s.n_dead_tup, 0)::float8 as dead,
    pg_table_size(c.oid)::float8 as table_bytes,
    pg_indexes_size(c.oid)::float8 as index_bytes,
    ${epochMs('greatest(s.last_vacuum, s.last_autovacuum)')} as vacuumed_ms
  from pg_class as c
  left join pg_stat_all_tables as s on s.relid = c.oid
  where c.relnamespace = (select relnamespace from pg_class where oid = to_regclass('{jobs}'))
    and c.relname = any($1::text[])
  order by pg_total_relation_size(c.oid) desc, c.relname`,
);

export interface ColumnRow {
  relation: string;
  name: string;
}

/** The columns of the given tables in the schema of the table of jobs. */
export const readColumns = statement<[tables: string[]], ColumnRow>(
  'read_columns',
  `
  select c.relname as relation, a.attname as name
  from pg_class as c
  join pg_attribute as a on a.attrelid = c.oid
  where c.relnamespace = (select relnamespace from pg_class where oid = to_regclass('{jobs}'))
    and c.relname = any($1::text[]) and a.attnum > 0 and not a.attisdropped`,
);

/** The schemas of this database that have tables of jobs. */
export const readJobSchemas = statement<[], { schema: string }>(
  'read_job_schemas',
  `
  select n.nspname as schema
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_attribute as a on a.attrelid = c.oid and a.attname = 'shard' and not a.attisdropped
  where c.relname = 'jobs' and c.relkind in ('r', 'p')
  order by 1`,
);
