import pg from 'pg';
import type { DataSource } from 'typeorm';
import { JobsConfigurationError } from '../../job/job.errors.js';
import { poolOf } from './host-connections.js';
import { pinnedSettings } from './session-settings.js';
import type { OnConnect } from '../worker-connections/worker-client.js';

/** What a connection of the library is for. `pg_stat_activity` shows it after the application's name. */
export type ConnectionPurpose = 'worker' | 'lease' | 'listen' | 'upkeep' | 'statistics' | 'look';

export interface ConnectionRequest {
  purpose: ConnectionPurpose;
  /** Whether a pooler is in between. It refuses startup options, so the session keeps the server's settings. */
  pooled: boolean;
  /** A URL that leads past the pooler. Default: the address that the host's pool connects to. */
  directUrl?: string;
  /**
   * A statement without an answer after this is given up, and its connection with it, in milliseconds. Default: never.
   * In a pool for many statements, an `AnswerWatch` does this at a lower price.
   */
  answerMs?: number;
  /** The server ends a statement after this, in milliseconds. Default: never. */
  statementMs?: number;
  /** A statement fails after waiting this long for a lock, in milliseconds. Default: never. */
  lockMs?: number;
  /** How long connecting may take, in milliseconds. Default: the host's own `connectTimeoutMS`. */
  connectMs?: number;
  /** Settings of the planner, as startup options. */
  planner?: string;
}

/** The data source, once TypeORM has connected it. */
export type ConnectionSource = Pick<DataSource, 'options' | 'driver'>;

const CONNECT_MS = 10_000;
/** After this silence a connection is probed, so that a broken one is noticed while idle, in milliseconds. */
const KEEP_ALIVE_AFTER_MS = 5_000;

/**
 * Options that only the host's pool may have. Some make and count its connections. Others would change how the
 * library's statements are run and read.
 */
const HOSTS_OWN: ReadonlySet<string> = new Set(
  (
    'Client Promise log verify onConnect connection connectionString max min idleTimeoutMillis allowExitOnIdle ' +
    'maxUses maxLifetimeSeconds types binary replication statement_timeout lock_timeout ' +
    'idle_in_transaction_session_timeout'
  ).split(' '),
);

/**
 * The options of one of the library's connections. They come from the pool that TypeORM uses for the primary, as it is
 * now. Call this again for each new connection.
 */
export function connectionConfig(source: ConnectionSource, request: ConnectionRequest): pg.ClientConfig {
  const host = hostOptions(source, request.directUrl);
  const pinned = request.pooled && !request.directUrl ? null : pinnedSettings(request);
  return {
    ...host,
    connectionTimeoutMillis: shorter(request.connectMs, host.connectionTimeoutMillis),
    application_name: `${host.application_name ?? 'jobs'} ${request.purpose}`,
    options: [host.options, pinned].filter(Boolean).join(' ') || undefined,
    // Each connection runs one statement at a time.
    pipeline: false,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    query_timeout: request.answerMs ?? 0,
  };
}

/** What the host runs first on each of its new connections, such as `set role`. */
export function onConnectOf(source: ConnectionSource): OnConnect | undefined {
  return (poolOptions(source) as pg.PoolConfig).onConnect;
}

/** How long, and how often, the host lets a connection be used. */
export function lifetimeOf(source: ConnectionSource): Pick<pg.PoolConfig, 'maxUses' | 'maxLifetimeSeconds'> {
  const { maxUses, maxLifetimeSeconds } = poolOptions(source);
  return { maxUses, maxLifetimeSeconds };
}

function poolOptions({ options, driver }: ConnectionSource): pg.PoolOptions {
  if (options.type !== 'postgres')
    throw new JobsConfigurationError({
      code: 'JOBS_NOT_POSTGRES',
      what: `Jobs are kept in PostgreSQL, but the DataSource is of type "${options.type}".`,
      fix: 'Give JobsModule a TypeORM DataSource of type "postgres".',
    });
  const pool = poolOf({ driver }) as pg.Pool | undefined;
  if (pool) return pool.options;
  throw new JobsConfigurationError({
    code: 'JOBS_DATA_SOURCE_NOT_CONNECTED',
    what: 'The DataSource has no connections yet, so the library cannot make its own like them.',
    fix: 'Call `await dataSource.initialize()` before the application boots.',
  });
}

/** The connection options that pg derives from the pool's: with their URL, the PG… variables and pg's own defaults. */
function hostOptions(source: ConnectionSource, directUrl: string | undefined): pg.ClientConfig {
  const given = poolOptions(source);
  // The pool makes the password non-enumerable, so a spread leaves it out.
  const { password, stream } = given;
  const options: pg.ClientConfig = { ...given, password, ...(directUrl && { connectionString: directUrl }) };
  const parameters = parametersOf(options);
  const kept = Object.entries(options).filter(([name]) => !HOSTS_OWN.has(name));
  return { ...Object.fromEntries(kept), ...parameters, password: parameters.password ?? password, stream };
}

type Parameters = Pick<
  pg.ClientConfig,
  | 'user'
  | 'database'
  | 'host'
  | 'port'
  | 'password'
  | 'ssl'
  | 'sslnegotiation'
  | 'options'
  | 'application_name'
  | 'fallback_application_name'
  | 'client_encoding'
>;

/** A client computes all parameters when it is made, so it need not connect. */
function parametersOf(config: pg.ClientConfig): Parameters {
  const client = new pg.Client({ ...config, stream: undefined }) as pg.Client & { connectionParameters: Parameters };
  const { connectionParameters: found } = client;
  return {
    user: found.user,
    database: found.database,
    host: found.host,
    port: found.port,
    password: found.password,
    ssl: found.ssl,
    sslnegotiation: found.sslnegotiation,
    options: found.options,
    application_name: found.application_name ?? found.fallback_application_name,
    client_encoding: found.client_encoding,
  };
}

/** The host's 0 means forever, which no connection of the library may take. */
function shorter(wantedMs: number | undefined, hostMs: number | undefined): number {
  const mostMs = hostMs || CONNECT_MS;
  return wantedMs === undefined ? mostMs : Math.min(wantedMs, mostMs);
}
