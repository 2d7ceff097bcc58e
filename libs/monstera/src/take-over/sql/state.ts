/** The state of a take-over. It is in the schema of the tables that were moved away, and the undo drops it with them. */
export const createState = (schema: string): readonly string[] => [
  `create schema ${schema}`,
  `comment on schema ${schema} is 'Made by npm run take-over'`,
  `create table ${schema}.take_over (
    options jsonb not null,
    source text not null,
    migrations text[] not null,
    makes text[] not null,
    made_migrations_table boolean not null,
    copied_to bigint,
    verified_at timestamptz,
    started_at timestamptz not null default now()
  )`,
  `create table ${schema}.take_over_moves (
    n int primary key,
    what text not null,
    undo text not null
  )`,
  `create table ${schema}.take_over_quarantine (
    n bigint primary key,
    old_id text,
    status text,
    reason text not null,
    row json not null
  )`,
];

export const insertState = (schema: string): string =>
  `insert into ${schema}.take_over (options, source, migrations, makes, made_migrations_table) values ($1, $2, $3, $4, $5)`;

export const readState = (schema: string): string => `
  select options, source, migrations, makes, made_migrations_table as "madeMigrationsTable", copied_to::float8 as "copiedTo",
    verified_at as "verifiedAt"
  from ${schema}.take_over`;

export const setCopiedTo = (schema: string): string => `update ${schema}.take_over set copied_to = $1`;

export const setVerified = (schema: string): string => `update ${schema}.take_over set verified_at = now()`;

export const insertMove = (schema: string): string =>
  `insert into ${schema}.take_over_moves (n, what, undo) values ($1, $2, $3)`;

export const readMoves = (schema: string): string => `select what, undo from ${schema}.take_over_moves order by n desc`;

export const dropState = (schema: string): readonly string[] => [
  `drop table if exists ${schema}.take_over_rows`,
  `drop table ${schema}.take_over_quarantine, ${schema}.take_over_moves, ${schema}.take_over`,
  `drop schema ${schema}`,
];

/** Whether the schema exists, and whether a take-over created it. */
export const FIND_STATE = `
  select to_regnamespace(quote_ident($1)) is not null as "schemaExists",
    to_regclass(quote_ident($1) || '.take_over') is not null as "stateExists"`;

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
