import pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { poolOf, transactionOn } from '../connection/host-connections.js';

/** How many ticks run at once in a process. The others wait for their turn, without a connection. */
const AT_ONCE = 4;
const IDLE_MS = 10_000;
const CONNECT_MS = 10_000;

/**
 * Connections for the transactions of ticks. They are made as the host's own are, with the host's settings, because the
 * host's code runs on them; but they come from another pool. A scheduled method that asks for one more of the host's
 * connections can then always have it, however small that pool is.
 */
export class TickConnections {
  private pool: pg.Pool | null = null;
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private ended = false;

  constructor(private readonly dataSource: DataSource) {}

  /** Runs work in a transaction once it is its turn; null if `end` comes first. */
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

  /** No tick begins any more. */
  refuse(): void {
    this.ended = true;
  }

  /** Closes the connections, once what runs on them has ended. */
  async end(): Promise<void> {
    this.refuse();
    await this.pool?.end();
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

  /** The host's driver in everything but its pool. */
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
  // The host's pool hides it from copies.
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
  // A connection that breaks while it idles is replaced when it is needed; unheard, the event would end the process.
  pool.on('error', () => {});
  return pool;
}
