import { statement } from '../../statement.js';

export interface SnapshotRow {
  kind: 'session' | 'prepared' | 'slot';
  /** The process id of a session, or the name of a prepared transaction or a replication slot. */
  name: string;
  /** The application of a session and its state. */
  detail: string;
  /** For how long. Null for a slot. */
  seconds: number | null;
  /** How many transactions ago. Only of a slot. */
  transactions: number | null;
}

/** What keeps the server from removing dead rows: sessions and prepared transactions of an age, and slots. */
export const readSnapshots = statement<[minSeconds: number], SnapshotRow>(
  'read_snapshots',
  `
  select
    'session' as kind, pid::text as name, concat_ws(', ', nullif(application_name, ''), state) as detail,
    extract(epoch from now() - xact_start)::float8 as seconds, null::float8 as transactions
  from pg_stat_activity
  where (backend_xmin is not null or backend_xid is not null) and pid <> pg_backend_pid()
    and datname = current_database() and xact_start < now() - $1::float8 * interval '1 second'
  union all
  select 'prepared', gid, owner::text, extract(epoch from now() - prepared)::float8, null
  from pg_prepared_xacts
  where database = current_database() and prepared < now() - $1::float8 * interval '1 second'
  union all
  select 'slot', slot_name::text, case when active then 'active' else 'inactive' end, null, age(xmin)::float8
  from pg_replication_slots
  where xmin is not null
  order by seconds desc nulls last, transactions desc
  limit 100`,
);
