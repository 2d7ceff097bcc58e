import type pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { JobsConfigurationError } from '../job/job.errors.js';

/** What a connection of the worker is for; shown in `pg_stat_activity` behind the application's name. */
export type ConnectionPurpose = 'worker' | 'lease' | 'listen' | 'upkeep' | 'statistics';

export interface ConnectionTimes {
  /**
   * A statement whose answer does not come for so long is given up, and its connection with it, in milliseconds. For a
   * pool of connections that many statements pass through, an `AnswerWatch` does so at a lower price.
   */
  answerMs?: number;
  /** The server itself breaks off a statement after so long, in milliseconds. Not sent through a pooler, which refuses it. */
  statementMs?: number;
  /** The longest that a statement waits for a lock, in milliseconds. Not sent through a pooler either. */
  lockMs?: number;
  /** The longest that connecting may take, in milliseconds. Default: the host's own `connectTimeoutMS`. */
  connectMs?: number;
}

const CONNECT_MS = 10_000;
/** A line on which nothing was said for so long is probed, so that one that leads nowhere is noticed while it idles. */
const KEEP_ALIVE_AFTER_MS = 5_000;

/** What pg needs for one connection of the worker, made from the host's DataSource options. */
export function connectionConfig(
  options: DataSourceOptions,
  purpose: ConnectionPurpose,
  { answerMs, statementMs, lockMs, connectMs }: ConnectionTimes,
): pg.PoolConfig {
  const base = hostConfig(options);
  return {
    ...base,
    ...(connectMs !== undefined && {
      connectionTimeoutMillis: Math.min(connectMs, base.connectionTimeoutMillis ?? connectMs),
    }),
    application_name: `${base.application_name ?? 'jobs'} ${purpose}`,
    // A statement at a time is what each connection is taken for.
    pipeline: false,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    query_timeout: answerMs ?? 0,
    ...(statementMs !== undefined && { statement_timeout: statementMs }),
    ...(lockMs !== undefined && { lock_timeout: lockMs }),
  };
}

function hostConfig(options: DataSourceOptions): pg.PoolConfig {
  if (options.type !== 'postgres')
    throw new JobsConfigurationError({
      code: 'JOBS_NOT_POSTGRES',
      what: `Jobs are kept in PostgreSQL, but the DataSource is of type "${options.type}".`,
      fix: 'Give JobsModule a TypeORM DataSource of type "postgres".',
    });
  const { url, host, port, username, password, database, ssl, extra, connectTimeoutMS, applicationName } = options;
  return {
    ...(extra as pg.PoolConfig | undefined),
    ...(url ? { connectionString: url } : { host, port, user: username, password, database }),
    // TypeORM and pg type the same TLS options differently; TypeORM hands them to pg as they are.
    ...(ssl !== undefined && { ssl: ssl as pg.PoolConfig['ssl'] }),
    ...(applicationName !== undefined && { application_name: applicationName }),
    connectionTimeoutMillis: connectTimeoutMS ?? CONNECT_MS,
  };
}
