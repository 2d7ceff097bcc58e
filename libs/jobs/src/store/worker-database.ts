import pg from 'pg';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { JobsConfigurationError } from '../job/job.errors.js';
import { PoolExecutor } from './executors.js';

/** How many connections a worker holds beside the host's pool: claims and settles overlap, and upkeep must not wait. */
const POOL_SIZE = 3;

/**
 * The worker's statements find their rows by arrays of keys and join them by hash, whatever the planner believes about a
 * table that it has no statistics of (docs/decisions/0003-claim.md). One plan each, made once per connection. A pooler
 * accepts no startup parameters; there the planner decides.
 */
export const PLANNER_OPTIONS =
  '-c enable_nestloop=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan -c jit=off';

/**
 * The worker's own connections: user code that drains the host's pool must not stall claims, settles or the lease.
 * Made from the host's DataSource options.
 */
export class WorkerDatabase {
  readonly executor: PoolExecutor;
  private readonly config: pg.PoolConfig;
  private readonly pool: pg.Pool;

  constructor(
    dataSource: DataSource,
    private readonly options: { pooled: boolean; directUrl?: string },
    onError: (error: Error) => void,
  ) {
    this.config = connectionConfig(dataSource.options);
    const planner = options.pooled ? {} : { options: [this.config.options, PLANNER_OPTIONS].filter(Boolean).join(' ') };
    this.pool = new pg.Pool({ ...this.config, ...planner, max: POOL_SIZE });
    this.pool.on('error', onError);
    this.executor = new PoolExecutor(this.pool, !options.pooled);
  }

  /** Whether LISTEN can work: a pooler in transaction mode swallows it. */
  get canListen(): boolean {
    return !this.options.pooled || this.options.directUrl !== undefined;
  }

  /** A connection outside the pool and past any pooler, for LISTEN. */
  newClient(): pg.Client {
    const direct = this.options.directUrl && { connectionString: this.options.directUrl };
    return new pg.Client({ ...this.config, ...direct, keepAlive: true });
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}

function connectionConfig(options: DataSourceOptions): pg.PoolConfig {
  if (options.type !== 'postgres')
    throw new JobsConfigurationError({
      code: 'JOBS_NOT_POSTGRES',
      what: `Jobs are kept in PostgreSQL, but the DataSource is of type "${options.type}".`,
      fix: 'Give JobsModule a TypeORM DataSource of type "postgres".',
    });
  const { url, host, port, username, password, database, ssl, extra, connectTimeoutMS } = options;
  return {
    ...(extra as pg.PoolConfig | undefined),
    ...(url ? { connectionString: url } : { host, port, user: username, password, database }),
    // TypeORM and pg type the same TLS options differently; TypeORM hands them to pg as they are.
    ...(ssl !== undefined && { ssl: ssl as pg.PoolConfig['ssl'] }),
    connectionTimeoutMillis: connectTimeoutMS ?? 10_000,
  };
}
