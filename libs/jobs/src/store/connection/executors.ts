import type pg from 'pg';
import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  type DataSource,
  type EntityManager,
  type QueryRunner,
} from 'typeorm';
import { DEFAULT_WAIT_TIMEOUT_MS } from '../../jobs.options.js';
import { AS_TEXT, OWN_TYPES } from '../../support/column-values.js';
import { BreakOff, BrokenOffError } from './break-off.js';
import { classifyDatabaseError, isCancelled } from './database-errors.js';
import {
  isInCallersTransaction,
  ownTransaction,
  poolOf,
  seemsInTransaction,
  takeClient,
  transactionOn,
  withHostConnection,
} from './host-connections.js';
import { PreparedQuery } from './prepared-query.js';
import { LOCK_WAIT_MS, retryContended } from './retry-contended.js';
import { limitLockWait } from '../sql/lock-wait.sql.js';
import { discardRows, type Executor, type ScalarParameter, type Statement } from '../statement.js';
import { dataSourceOf } from '../../support/typeorm-versions.js';

export interface PoolLimits {
  /** How long to wait for a connection, in milliseconds. Default 10,000. */
  waitMs?: number;
  /** A statement that takes longer is cancelled and fails with `BrokenOffError`, in milliseconds. Default: never. */
  breakOffMs?: number;
}

/**
 * Runs statements on the connections of a pool. `named` statements are planned once per connection, and cannot run
 * through a pooler. A pool that sends several statements at once (`pipeline`) accepts pg's own queries only.
 */
export class PoolExecutor implements Executor {
  constructor(
    readonly pool: pg.Pool,
    private readonly named: boolean,
    private readonly limits: PoolLimits = {},
  ) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const { pool, named } = this;
    const { waitMs = DEFAULT_WAIT_TIMEOUT_MS, breakOffMs } = this.limits;
    // An idle connection comes at once, so there is no wait to limit.
    const taken = pool.idleCount > pool.waitingCount ? await pool.connect() : null;
    const client = taken && !seemsInTransaction(taken) ? taken : await this.takeAnother(taken, waitMs);
    // The statement fails with the same error. Without a listener, the event would end the process.
    client.on('error', ignore);
    if (breakOffMs !== undefined) slowStatements.began(client, breakOffMs);
    try {
      const send = pool.options.pipeline ? query : runOn;
      const rows = await send(client, statement, params, named);
      if (breakOffMs !== undefined && slowStatements.ended(client)) client.release(true);
      else client.release();
      return rows;
    } catch (error) {
      const cancelled = breakOffMs !== undefined && slowStatements.ended(client);
      client.release(cancelled || !leavesConnectionUsable(error));
      throw cancelled && isCancelled(error)
        ? new BrokenOffError('The statement took too long', { cause: error })
        : error;
    } finally {
      client.off('error', ignore);
    }
  }

  /** Releases `taken` first, so that the pool can hand it out again once its transaction has ended. */
  private takeAnother(taken: pg.PoolClient | null, waitMs: number): Promise<pg.PoolClient> {
    taken?.release();
    return takeClient(this.pool, waitMs);
  }
}

const slowStatements = new BreakOff();
const ignore = () => {};

/** An error that is due to a statement's values or to other transactions says nothing against the connection. */
function leavesConnectionUsable(error: unknown): boolean {
  const kind = classifyDatabaseError(error);
  return kind === 'data' || kind === 'contended';
}

/** Runs a statement on one connection, with the text for the server's version if that is known. */
export function runOn<Params extends readonly unknown[], Row>(
  client: pg.ClientBase & { serverMajor?: number },
  statement: Statement<Params, Row>,
  params: Params,
  named: boolean,
): Promise<Row[]> {
  const { name } = statement;
  const decode = decodeOf(statement);
  const text = (client.serverMajor ?? 0) >= 17 ? (statement.text17 ?? statement.text) : statement.text;
  if (!named || !decode) return query(client, { ...statement, text }, params, named);
  return new Promise((resolve, reject) => {
    // Made before the query. If it is set afterwards, as pg does, all that the query returns outlives young garbage
    // collections (docs/decisions/0013-hot-statements.md).
    const callback = (error: Error | undefined, rows?: Row[]) => (error ? reject(error) : resolve(rows!));
    client.query(new PreparedQuery({ name, text }, decode, params as readonly ScalarParameter[], callback));
  });
}

function decodeOf<Row>({ decode, newDecode }: Pick<Statement<never, Row>, 'decode' | 'newDecode'>) {
  return newDecode ? newDecode() : decode;
}

async function query<Params extends readonly unknown[], Row>(
  connection: pg.ClientBase,
  statement: Statement<Params, Row>,
  params: Params,
  named: boolean,
): Promise<Row[]> {
  const { name, text, pooledText = text } = statement;
  const decode = decodeOf(statement);
  const config = { ...(named ? { name, text } : { text: pooledText }), values: [...params] };
  if (!decode) return (await connection.query({ ...config, types: OWN_TYPES })).rows as Row[];
  return (await connection.query<(string | null)[]>({ ...config, rowMode: 'array', types: AS_TEXT })).rows.map(decode);
}

/** The host's pool without TypeORM's query runner, for a statement that is a transaction of its own. */
export function hostPool(dataSource: DataSource, named: boolean, limits?: PoolLimits): PoolExecutor {
  return new PoolExecutor(poolOf(dataSource), named, limits);
}

/** The size of the host's pool. Undefined if the pool does not say, or does not exist yet. */
export function hostPoolSize(dataSource: DataSource): number | undefined {
  return dataSource.isInitialized ? (poolOf(dataSource) as Partial<pg.Pool>).options?.max : undefined;
}

/**
 * Runs statements on the host's TypeORM connections. In the caller's transaction they run as they are. Otherwise each
 * is a transaction of its own. It is tried again while other transactions are in its way, for at most `waitMs`
 * milliseconds.
 */
export class ManagerExecutor implements Executor {
  constructor(
    private readonly dataSource: DataSource,
    private readonly manager?: EntityManager,
    private readonly waitMs: number = DEFAULT_WAIT_TIMEOUT_MS,
  ) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const runner = this.manager?.queryRunner;
    if (runner && (await isInCallersTransaction(runner, this.waitMs))) return runWith(runner, statement, params);
    return retryContended(this.waitMs, (leftMs) => this.runAlone(statement, params, leftMs));
  }

  private runAlone<Params extends readonly unknown[], Row>(
    statement: Statement<Params, Row>,
    params: Params,
    leftMs: number,
  ): Promise<Row[]> {
    const runner = this.manager?.queryRunner;
    const dataSource = this.manager ? dataSourceOf(this.manager) : this.dataSource;
    if (statement.waitsForLocks) {
      const work = (manager: EntityManager) => runWithLockLimit(manager.queryRunner!, statement, params);
      return runner ? transactionOn(runner, work) : ownTransaction(dataSource, leftMs, work);
    }
    if (runner) return runWith(runner, statement, params);
    return withHostConnection(dataSource, leftMs, (own) => runWith(own, statement, params));
  }
}

/** Limits the wait for locks, so that no connection is kept while another transaction holds the row. */
async function runWithLockLimit<Params extends readonly unknown[], Row>(
  runner: QueryRunner,
  statement: Statement<Params, Row>,
  params: Params,
): Promise<Row[]> {
  await runWith(runner, limitLockWait, [`${LOCK_WAIT_MS}ms`]);
  return runWith(runner, statement, params);
}

/**
 * Runs a statement on the host's connection without the runner's `query()`, which returns values as the host's type
 * parsers make them. The host's logger and its error classes see the statement as if `query()` had run it.
 */
async function runWith<Params extends readonly unknown[], Row>(
  runner: QueryRunner,
  { name, text, decode }: Statement<Params, Row>,
  params: Params,
): Promise<Row[]> {
  if (decode && decode !== discardRows) throw new TypeError(`${name} reads texts, and TypeORM returns values`);
  if (runner.isReleased) throw new QueryRunnerAlreadyReleasedError();
  const client = (await runner.connect()) as pg.ClientBase;
  const { logger } = dataSourceOf(runner);
  const values = [...params];
  logger.logQuery(text, values, runner);
  try {
    return (await client.query({ text, values, types: OWN_TYPES })).rows as Row[];
  } catch (error) {
    logger.logQueryError(error as Error, text, values, runner);
    throw new QueryFailedError(text, values, error as Error);
  }
}
