import type { DataSource } from 'typeorm';
import { schemaNameIssue } from '../job/validate/schema-name.js';

/** The `schema` of modules that have been declared and not booted yet, by the name of their data source. */
const declared = new Map<string, string | undefined>();
/** What a `JobsModule` found out once it had its options, for its data source. */
const bound = new WeakMap<DataSource, string | undefined>();

const DEFAULT_NAME = 'default';

/** Notes the `schema` of a module that is being declared: migrations may run before the module has a data source. A bad
 * name is not noted; the boot refuses it. */
export function declareSchema(dataSourceName: string | undefined, schema: string | undefined): void {
  declared.set(dataSourceName ?? DEFAULT_NAME, schemaNameIssue(schema) === null ? schema : undefined);
}

/** Notes the schema of a module for migrations that run later. False if another module of the data source was first. */
export function bindSchema(dataSource: DataSource, schema: string | undefined): boolean {
  declared.delete(nameOf(dataSource));
  if (bound.has(dataSource)) return false;
  bound.set(dataSource, schema);
  return true;
}

/** The tables' schema by the data source alone: that of `jobsMigrationsIn()` if it has them, else its own, if any. */
export function schemaOfDataSource({ migrations, options }: DataSource): string | undefined {
  // Instances exist once the data source is initialised, and classes may be hidden in files.
  const known = [...migrations, ...Object.values<unknown>(options.migrations ?? [])] as { schema?: unknown }[];
  const schemas = known.map(({ schema }) => schema);
  return schemas.find((schema) => typeof schema === 'string') ?? (options as { schema?: string }).schema;
}

/**
 * Where `jobsMigrations` make the tables: the `schema` of `JobsModule`, else that of the DataSource. Undefined: the first
 * schema of the search path.
 */
export function jobsSchemaOf(dataSource: DataSource): string | undefined {
  const { schema } = dataSource.options as { schema?: string };
  return bound.get(dataSource) ?? declared.get(nameOf(dataSource)) ?? schema;
}

/** Nest gives it to the DataSource among the options. */
function nameOf({ options }: DataSource): string {
  return (options as { name?: string }).name ?? DEFAULT_NAME;
}
