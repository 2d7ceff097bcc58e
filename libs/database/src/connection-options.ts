import type { DataSourceOptions } from 'typeorm';

export interface ConnectionSettings {
  /** `postgresql://user:password@host:port/database`. */
  url: string;
  /** Shown in `pg_stat_activity`. Default `monstera`. */
  applicationName?: string;
  /** Most connections that one process opens. Default 10. */
  poolSize?: number;
}

/** A connection that a burst needed stays for the next one: opening one takes client and server several milliseconds. */
const IDLE_TIMEOUT_MS = 300_000;

type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/**
 * What every TypeORM data source of the project has in common; entities and migrations are added by the caller.
 * Tables come from migrations alone: nothing is synchronised and no extension is installed behind anyone's back.
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
