import pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { poolOf, transactionOn } from '../connection/host-connections.js';

/** How many ticks run at once in a process. The others wait without a connection. */
const AT_ONCE = 4;
const IDLE_MS = 10_000;
const CONNECT_MS = 10_000;

/**
 * Connections for the transactions of ticks, in a pool of their own with the host's settings, because the host's code
 * runs on them. A scheduled method can then always get one more of the host's connections, however small that pool is.
 */
export class TickConnections {
  private pool: pg.Pool | null = null;
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private ended = false;
  private ending: Promise<void> | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** Runs work in a transaction when its turn comes. Null if `end` or `refuse` is called first. */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T | null> {
    if (this.running === AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return this.ended ? null : await this.run(work);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  /** Lets no more ticks begin. */
  refuse(): void {
    this.ended = true;
  }

  /** Closes the connections once the running ticks have ended. Further calls share the same end. */
  async end(): Promise<void> {
    this.refuse();
    await (this.ending ??= this.pool?.end());
  }

  private async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.newRunner();
    try {
      await runner.connect();
      return await transactionOn(runner, work);
    } finally {
      await runner.release();
    }
  }

  /** A runner of the host's driver, except that it uses this pool. */
  private newRunner(): QueryRunner {
    this.pool ??= newPool(this.dataSource);
    const driver = Object.create(this.dataSource.driver) as PostgresDriver;
    Object.assign(driver, { master: this.pool, connectedQueryRunners: [] });
    const runner = driver.createQueryRunner('master');
    return Object.assign(runner, { manager: this.dataSource.createEntityManager(runner) });
  }
}

function newPool(dataSource: DataSource): pg.Pool {
  const { options } = poolOf(dataSource);
  // The host's pool makes the password non-enumerable, so a spread leaves it out.
  const { password, application_name: name } = options;
  const pool = new pg.Pool({
    ...options,
    password,
    application_name: `${name ?? 'jobs'} schedule`,
    connectionTimeoutMillis: options.connectionTimeoutMillis || CONNECT_MS,
    min: 0,
    max: AT_ONCE,
    idleTimeoutMillis: IDLE_MS,
  });
  // A connection that breaks while it is idle is replaced when needed. Without a listener, the event would end the
  // process.
  pool.on('error', () => {});
  return pool;
}
