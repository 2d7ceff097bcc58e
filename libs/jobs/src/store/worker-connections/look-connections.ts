import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { runOn } from '../connection/executors.js';
import type { Executor, Statement } from '../statement.js';
import type { Clock } from '../../support/time/clock.js';
import { ownPool } from './own-pool.js';

/** How long a statement of a look may take, in milliseconds. */
export const LOOK_MS = 2_000;
/** The server ends a slow statement first. Without an answer, the connection is given up after this, in milliseconds. */
const ANSWER_MS = LOOK_MS + 3_000;
const CONNECT_MS = 2_000;
const POOL_SIZE = 3;
/** Pages read more often, and so does what scrapes a service every minute. */
const IDLE_MS = 90_000;
/** How long looks use the host's connections after one of these could not be had, in milliseconds. */
const REFUSED_MS = 10_000;
/** A look at millions of rows is not worth compiling a statement for. */
const PLANNER = '-c jit=off';

/** By their DataSource, so that every look of a process finds them. */
const known = new WeakMap<DataSource, LookConnections>();

/**
 * Connections for looks of people and tools. Their sessions limit each statement, so that a read is one statement: on a
 * connection of the host's, it takes a transaction around it. They are opened by looks and closed after 90 idle seconds.
 * A pooler accepts no such setting, so behind one there are none.
 */
export class LookConnections {
  private pool: pg.Pool | null = null;
  private refusedUntilMs = -Infinity;
  private ended = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Those of a DataSource, if its module has any. */
  static of(dataSource: DataSource): LookConnections | undefined {
    return known.get(dataSource);
  }

  /** From now on, looks of the process use them. */
  offer(): void {
    known.set(this.dataSource, this);
  }

  /** A connection for one look. Null if none can be had now. */
  async take(): Promise<LookConnection | null> {
    if (this.ended || this.clock.steadyMs() < this.refusedUntilMs) return null;
    try {
      this.pool ??= newPool(this.dataSource);
      return new LookConnection(await this.pool.connect());
    } catch {
      // The look goes to the host's pool, which has the same options and says what is wrong.
      this.refusedUntilMs = this.clock.steadyMs() + REFUSED_MS;
      return null;
    }
  }

  /** Looks that are under way may end. Later ones use the host's connections. */
  async onModuleDestroy(): Promise<void> {
    this.ended = true;
    if (known.get(this.dataSource) === this) known.delete(this.dataSource);
    await this.pool?.end();
  }
}

/** Runs the statements of one look. */
export class LookConnection implements Executor {
  private failed = false;

  constructor(private readonly client: pg.PoolClient) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    try {
      return await runOn(this.client, statement, params, false);
    } catch (error) {
      this.failed = true;
      throw error;
    }
  }

  /** Gives the connection back, or closes it if a statement has failed. */
  release(): void {
    this.client.release(this.failed);
  }
}

function newPool(dataSource: DataSource): pg.Pool {
  const request = {
    purpose: 'look',
    pooled: false,
    planner: PLANNER,
    answerMs: ANSWER_MS,
    statementMs: LOOK_MS,
  } as const;
  const shape = { max: POOL_SIZE, idleTimeoutMillis: IDLE_MS, allowExitOnIdle: true };
  const pool = ownPool(dataSource, { ...request, connectMs: CONNECT_MS }, shape);
  // A statement that runs fails with the same error.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
