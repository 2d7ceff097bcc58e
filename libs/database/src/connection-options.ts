import type { DataSourceOptions } from 'typeorm';

export interface ConnectionSettings {
  /** `postgresql://user:password@host:port/database`. */
  url: string;
  /** Shown in `pg_stat_activity`. Default: `monstera`. */
  applicationName?: string;
  /** Limit on the connections of one process. Default: 10. */
  poolSize?: number;
}

/** Long, so that the connections of one burst serve the next. Opening a connection is slow. */
const IDLE_TIMEOUT_MS = 300_000;

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/**
 * Options of every TypeORM data source of the project. The caller adds entities and migrations. Only migrations change
 * the schema: TypeORM neither synchronises tables nor installs extensions.
 */
export function connectionOptions({ url, applicationName = 'monstera', poolSize = 10 }: ConnectionSettings) {
  return {
    type: 'postgres',
    url,
    applicationName,
    poolSize,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    connectTimeoutMS: 10_000,
    extra: { idleTimeoutMillis: IDLE_TIMEOUT_MS },
  } as const satisfies PostgresOptions;
}
