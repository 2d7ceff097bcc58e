/** Finds a relation by its name, with or without a schema. Its kind is PostgreSQL's letter, such as `r` for a table. */
export const FIND_TABLE = `
  select c.oid::int8::text as oid, c.relkind as kind, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
  from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  where c.oid = to_regclass($1)`;

export const READ_COLUMNS = `
  select attname as name, format_type(atttypid, null) as type
  from pg_attribute where attrelid = $1::oid and attnum > 0 and not attisdropped order by attnum`;

/** The objects of the current schema, for a comparison before and after. */
export const READ_OBJECTS = `
  select 'relation' as kind, relname::text as name from pg_class where relnamespace = current_schema()::regnamespace
  union all
  select 'function', proname || '(' || pg_get_function_identity_arguments(oid) || ')'
  from pg_proc where pronamespace = current_schema()::regnamespace`;

/**
 * Parameters: the names of new relations, the signatures of new functions, and the schema to move conflicting objects to.
 * Indexes and sequences move with their table. If the table stays, they are renamed. Returns the statements to run.
 */
export const FIND_IN_THE_WAY = `
  with here as (select current_schema()::regnamespace as schema, quote_ident(current_schema()) as schema_name),
  owned as (
    select d.objid as oid, d.refobjid as owner from pg_depend as d
    join pg_class as s on s.oid = d.objid and s.relkind = 'S'
    where d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refclassid = 'pg_class'::regclass
    union all
    select indexrelid, indrelid from pg_index
  ),
  taken as (
    select c.oid, c.relname, o.owner from pg_class as c
    left join owned as o on o.oid = c.oid
    cross join here
    where c.relnamespace = here.schema and c.relname = any ($1::text[]) and c.relkind <> 'c'
  )
  select 1 as place, format('table %s.%I', schema_name, relname) as what,
    format('alter table %s.%I set schema %s', schema_name, relname, $3::text) as "do",
    format('alter table %s.%I set schema %s', $3::text, relname, schema_name) as undo
  from taken cross join here where owner is null
  union all
  select 2, format('index or sequence %s.%I', schema_name, relname),
    format('alter table %s.%I rename to %I', schema_name, relname, left('go_' || relname, 63)),
    format('alter table %s.%I rename to %I', schema_name, left('go_' || relname, 63), relname)
  from taken cross join here where owner is not null and owner not in (select oid from taken)
  union all
  select 3, format('type %s.%I', schema_name, typname),
    format('alter type %s.%I set schema %s', schema_name, typname, $3::text),
    format('alter type %s.%I set schema %s', $3::text, typname, schema_name)
  from pg_type as t cross join here left join pg_class as c on c.oid = t.typrelid
  where t.typnamespace = here.schema and t.typname = any ($1::text[])
    and (t.typtype in ('e', 'd', 'r') or c.relkind = 'c')
  union all
  select 4, format('function %s.%s', schema_name, proname),
    format('alter function %s set schema %s', p.oid::regprocedure, $3::text),
    format('alter function %s.%I(%s) set schema %s', $3::text, proname, pg_get_function_identity_arguments(p.oid), schema_name)
  from pg_proc as p cross join here
  where pronamespace = here.schema and proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' = any ($2::text[])
  order by 1, 2`;

/** Whether a table has the columns of TypeORM's table of migrations. */
export const FIND_MIGRATIONS_TABLE = `
  select to_regclass(quote_ident($1)) is not null as "exists",
    (select count(*) = 3 from pg_attribute
     where attrelid = to_regclass(quote_ident($1)) and attname in ('id', 'timestamp', 'name')) as "isTypeOrm"`;

/** Counts the living workers of the new version. */
export const COUNT_WORKERS = `
  select count(*)::int as workers from job_workers
  where dead_at is null and last_seen_at > now() - interval '1 minute'`;
