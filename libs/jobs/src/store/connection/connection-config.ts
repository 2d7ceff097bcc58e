import pg from 'pg';
import type { DataSource } from 'typeorm';
import { JobsConfigurationError } from '../../job/job.errors.js';
import { poolOf } from './host-connections.js';
import { pinnedSettings } from './session-settings.js';
import type { OnConnect } from '../worker-connections/worker-client.js';

/** What a connection of the library is for; shown in `pg_stat_activity` behind the application's name. */
export type ConnectionPurpose = 'worker' | 'lease' | 'listen' | 'upkeep' | 'statistics';

export interface ConnectionRequest {
  purpose: ConnectionPurpose;
  /** Whether a pooler is in between. It refuses startup parameters, so the session's settings stay the server's. */
  pooled: boolean;
  /** The way past the pooler, instead of the address that the host's pool connects to. */
  directUrl?: string;
  /**
   * A statement whose answer does not come for so long is given up, and its connection with it, in milliseconds. For a
   * pool of connections that many statements pass through, an `AnswerWatch` does so at a lower price.
   */
  answerMs?: number;
  /** The server itself breaks off a statement after so long, in milliseconds. Default: never. */
  statementMs?: number;
  /** The longest that a statement waits for a lock, in milliseconds. Default: as long as it takes. */
  lockMs?: number;
  /** The longest that connecting may take, in milliseconds. Default: the host's own `connectTimeoutMS`. */
  connectMs?: number;
  /** Settings of the planner, as startup options. */
  planner?: string;
}

/** The data source, once TypeORM has connected it. */
export type ConnectionSource = Pick<DataSource, 'options' | 'driver'>;

const CONNECT_MS = 10_000;
/** A line on which nothing was said for so long is probed, so that one that leads nowhere is noticed while it idles. */
const KEEP_ALIVE_AFTER_MS = 5_000;

/**
 * Of use to the host's pool only: what makes its connections and counts them, and what would change how answers of the
 * library's statements are read.
 */
const HOSTS_OWN: ReadonlySet<string> = new Set(
  (
    'Client Promise log verify onConnect connection connectionString max min idleTimeoutMillis allowExitOnIdle ' +
    'maxUses maxLifetimeSeconds types binary replication statement_timeout lock_timeout ' +
    'idle_in_transaction_session_timeout'
  ).split(' '),
);

/**
 * What pg needs for one connection of the library. Made from the options of the pool that TypeORM itself uses, that of the
 * primary, as they are now: call it anew for each connection.
 */
export function connectionConfig(source: ConnectionSource, request: ConnectionRequest): pg.ClientConfig {
  const host = hostOptions(source, request.directUrl);
  const pinned = request.pooled && !request.directUrl ? null : pinnedSettings(request);
  return {
    ...host,
    connectionTimeoutMillis: shorter(request.connectMs, host.connectionTimeoutMillis),
    application_name: `${host.application_name ?? 'jobs'} ${request.purpose}`,
    options: [host.options, pinned].filter(Boolean).join(' ') || undefined,
    // A statement at a time is what each connection is taken for.
    pipeline: false,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    query_timeout: request.answerMs ?? 0,
  };
}

/** What the host has each of its new connections do first, such as `set role`. */
export function onConnectOf(source: ConnectionSource): OnConnect | undefined {
  return (poolOptions(source) as pg.PoolConfig).onConnect;
}

/** For how long, and how often, the host lets a connection be used. */
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

/** The connection that pg makes of the pool's options: with their URL, the PG… variables and pg's own defaults. */
function hostOptions(source: ConnectionSource, directUrl: string | undefined): pg.ClientConfig {
  const given = poolOptions(source);
  // The pool hides it from listings.
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

/** A client that is never connected knows them all. */
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

/** The host's own 0 means for ever, which no connection of the library may take. */
function shorter(wantedMs: number | undefined, hostMs: number | undefined): number {
  const mostMs = hostMs || CONNECT_MS;
  return wantedMs === undefined ? mostMs : Math.min(wantedMs, mostMs);
}
