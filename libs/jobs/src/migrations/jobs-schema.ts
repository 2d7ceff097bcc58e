import type { DataSource } from 'typeorm';
import { schemaNameIssue } from '../job/validate/schema-name.js';

/** The `schema` of declared modules that have not booted yet, by the name of their data source. */
const declared = new Map<string, string | undefined>();
/** The schema of booted modules, by their data source. */
const bound = new WeakMap<DataSource, string | undefined>();

const DEFAULT_NAME = 'default';

/** Notes the `schema` of a declared module for migrations that run before the boot. The boot reports a bad name. */
export function declareSchema(dataSourceName: string | undefined, schema: string | undefined): void {
  declared.set(dataSourceName ?? DEFAULT_NAME, schemaNameIssue(schema) === null ? schema : undefined);
}

/** Notes the schema of a booted module. False if another module of the data source came first. */
export function bindSchema(dataSource: DataSource, schema: string | undefined): boolean {
  declared.delete(nameOf(dataSource));
  if (bound.has(dataSource)) return false;
  bound.set(dataSource, schema);
  return true;
}

/** The schema of the tables by the data source alone: that of `jobsMigrationsIn()`, or else its own, if any. */
export function schemaOfDataSource({ migrations, options }: DataSource): string | undefined {
  // Instances exist only after initialization, and classes may be hidden behind file names, so both are read.
  const known = [...migrations, ...Object.values<unknown>(options.migrations ?? [])] as { schema?: unknown }[];
  const schemas = known.map(({ schema }) => schema);
  return schemas.find((schema) => typeof schema === 'string') ?? (options as { schema?: string }).schema;
}

/** The schema for `jobsMigrations`: that of `JobsModule`, or of the DataSource. Undefined: the search path decides. */
export function jobsSchemaOf(dataSource: DataSource): string | undefined {
  const { schema } = dataSource.options as { schema?: string };
  return bound.get(dataSource) ?? declared.get(nameOf(dataSource)) ?? schema;
}

/** Nest adds the name to the options of the DataSource. */
function nameOf({ options }: DataSource): string {
  return (options as { name?: string }).name ?? DEFAULT_NAME;
}
