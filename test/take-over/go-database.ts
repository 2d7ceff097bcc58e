import type pg from 'pg';

/**
 * A database of the Go service with whatever such a service may have written: text ids, times without a zone, payloads as
 * text, and tables of its own whose names the new version needs.
 */
export async function createGoDatabase(client: pg.Client, rows: number): Promise<void> {
  await client.query(GO_TABLES);
  await client.query(GO_ROWS, [rows]);
}

const GO_TABLES = `
  create type report_state as enum ('draft', 'sent');
  create table migrations (id varchar(255) primary key);
  insert into migrations values ('202401150900'), ('202402010900');
  create table users (
    id serial primary key, email text not null, constraint users_email_unique unique (email)
  );
  create table weekly_reports (
    id bigserial primary key, user_id int not null references users (id), body text, state report_state not null
  );
  create table audit_logs (id serial primary key, message text, at timestamp not null default now());
  create index audit_logs_created_at on audit_logs (at);
  create table archived_jobs (id int primary key, due timestamp);
  create index jobs_due on archived_jobs (due);
  create function jobs_new_id() returns uuid language sql as 'select gen_random_uuid()';
  create view open_reports as
    select u.email, r.body from weekly_reports as r join users as u on u.id = r.user_id where r.state = 'draft';
  insert into users (email) select 'engineer.' || n || '@example.com' from generate_series(1, 50) as n;
  insert into weekly_reports (user_id, body, state) select n, 'text ' || n, 'draft' from generate_series(1, 50) as n;
  insert into audit_logs (message) select 'message ' || n from generate_series(1, 50) as n;
  create table jobs (
    id text primary key, type text, payload text, status text not null default 'pending', attempts int, max_attempts int,
    scheduled_at timestamp, started_at timestamp, completed_at timestamp, error text, created_at timestamp,
    updated_at timestamp, locked_by text
  );
  create index jobs_status on jobs (status, scheduled_at);
`;

/** Odd in many ways at once: each oddity has a stride of its own, and strides without a common factor meet. */
const GO_ROWS = `
  insert into jobs
  select
    case n % 5
      when 0 then n::text
      when 1 then upper(md5('job' || n)::uuid::text)
      when 2 then 'job-' || n
      else md5('job' || n)::uuid::text
    end,
    case when n % 211 = 0 then '' when n % 223 = 0 then repeat('t', 60) when n % 3 = 0 then 'data_cleanup'
      else 'weekly_report_reminder' end,
    case
      when n % 101 = 0 then '{"broken": '
      when n % 103 = 0 then ''
      when n % 107 = 0 then 'null'
      when n % 109 = 0 then '{"text": "a\\u0000b"}'
      when n % 113 = 0 then '{"text": "\\ud800"}'
      when n % 997 = 0 then '{"text": "' || repeat('x', 300000) || '"}'
      when n % 3 = 0 then '{"days_to_keep": 90}'
      else json_build_object('user_id', md5('user' || n % 50)::uuid, 'week',
        case when n % 2 = 0 then '2024-W03' else '2099-W01' end)::text
    end,
    case
      when n % 307 = 0 then 'exploded'
      when n % 311 = 0 then ' COMPLETED '
      else (array['pending', 'processing', 'completed', 'failed'])[1 + n % 4]
    end,
    case when n % 127 = 0 then -3 when n % 131 = 0 then null else n % 6 end,
    case when n % 137 = 0 then 0 when n % 139 = 0 then null else 5 end,
    case
      when n % 149 = 0 then timestamp '0001-01-01'
      when n % 151 = 0 then timestamp 'infinity'
      else timestamp '2024-01-15 09:00' + n * interval '1 second'
    end,
    timestamp '0001-01-01',
    case when n % 4 >= 2 and n % 157 <> 0 then timestamp '2024-01-15 10:00' else timestamp '0001-01-01' end,
    case when n % 4 = 3 then 'connection refused' end,
    case when n % 163 = 0 then timestamp '0001-01-01' else timestamp '2024-01-15 08:00' end,
    case when n % 163 = 0 then null else timestamp '2024-01-15 11:00' end,
    'worker-' || n % 7
  from generate_series(1, $1::int) as n`;

/** All that a database holds, definitions and rows, for comparing before and after. */
export async function snapshot(client: pg.Client): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const [name, text] of Object.entries(DEFINITIONS)) {
    const { rows } = await client.query<{ line: string }>(text);
    found[name] = rows.map(({ line }) => line);
  }
  found.rows = [];
  for (const table of found.tables ?? []) {
    const { rows } = await client.query(
      `select md5(string_agg(t::text, ',' order by t::text)) as hash from ${table} as t`,
    );
    found.rows.push(`${table} ${rows[0]?.hash}`);
  }
  return found;
}

const OURS = `n.nspname !~ '^(pg_|information_schema)'`;

const DEFINITIONS = {
  schemas: `select nspname as line from pg_namespace as n where ${OURS} order by 1`,
  tables: `select c.oid::regclass::text as line from pg_class as c join pg_namespace as n on n.oid = relnamespace
    where relkind = 'r' and ${OURS} order by 1`,
  relations: `select concat_ws(' ', c.oid, nspname, relname, relkind) as line
    from pg_class as c join pg_namespace as n on n.oid = relnamespace where relkind not in ('t') and ${OURS} order by 1`,
  columns: `select concat_ws(' ', c.oid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
      pg_get_expr(adbin, adrelid)) as line
    from pg_attribute as a join pg_class as c on c.oid = attrelid join pg_namespace as n on n.oid = relnamespace
    left join pg_attrdef as d on adrelid = attrelid and adnum = attnum where attnum > 0 and ${OURS} order by 1`,
  indexes: `select concat_ws(' ', schemaname, indexdef) as line from pg_indexes where schemaname !~ '^pg_' order by 1`,
  constraints: `select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(k.oid)) as line
    from pg_constraint as k join pg_namespace as n on n.oid = connamespace where ${OURS} order by 1`,
  functions: `select concat_ws(' ', nspname, p.oid::regprocedure, prosrc) as line
    from pg_proc as p join pg_namespace as n on n.oid = pronamespace where ${OURS} order by 1`,
  types: `select concat_ws(' ', nspname, typname, typtype) as line
    from pg_type as t join pg_namespace as n on n.oid = typnamespace where ${OURS} order by 1`,
};
