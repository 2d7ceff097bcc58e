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
import { noRow, type Executor, type ScalarParameter, type Statement } from '../statement.js';
import { dataSourceOf } from '../../support/typeorm-versions.js';

export interface PoolLimits {
  /** How long to wait for a connection, in milliseconds. Default 10,000. */
  waitMs?: number;
  /** A statement that takes longer is cancelled and fails with `BrokenOffError`, in milliseconds. Default: never. */
  breakOffMs?: number;
}

/**
 * A pool's connections. Named statements are planned once per connection; a pooler in between forbids them, and one that
 * sends several statements at once takes pg's own queries only.
 */
export class PoolExecutor implements Executor {
  constructor(
    private readonly pool: pg.Pool,
    private readonly named: boolean,
    private readonly limits: PoolLimits = {},
  ) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const { pool, named } = this;
    const { waitMs = DEFAULT_WAIT_TIMEOUT_MS, breakOffMs } = this.limits;
    // An idle connection comes without delay, so there is nothing to bound.
    const taken = pool.idleCount > pool.waitingCount ? await pool.connect() : null;
    const client = taken && !seemsInTransaction(taken) ? taken : await this.takeAnother(taken, waitMs);
    // The statement fails with it too; unheard, the event would end the process.
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

  /** `taken` goes back first, so that it is seen again, or another one. */
  private takeAnother(taken: pg.PoolClient | null, waitMs: number): Promise<pg.PoolClient> {
    taken?.release();
    return takeClient(this.pool, waitMs);
  }
}

const slowStatements = new BreakOff();
const ignore = () => {};

/** What the server refuses because of a statement's values or of others in its way says nothing against the connection. */
function leavesConnectionUsable(error: unknown): boolean {
  const kind = classifyDatabaseError(error);
  return kind === 'data' || kind === 'contended';
}

/** Runs a statement on one connection: with the text for its server's version, where that is known. */
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
    // Made before the query is, and never set on it later, as pg does: all that a statement returns then outlives the
    // collections of the young, and a worker needs a full one every few seconds (docs/performance.md).
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

/** The host's pool, past TypeORM's query runner: for a statement that is a transaction of its own. */
export function hostPool(dataSource: DataSource, named: boolean, limits?: PoolLimits): PoolExecutor {
  return new PoolExecutor(poolOf(dataSource), named, limits);
}

/** The most connections that the host's pool opens, or undefined if it does not say, or is not there yet. */
export function hostPoolSize(dataSource: DataSource): number | undefined {
  return dataSource.isInitialized ? (poolOf(dataSource) as Partial<pg.Pool>).options?.max : undefined;
}

/**
 * The host's TypeORM connections. In the caller's transaction statements run as they are. Otherwise each is a transaction
 * of its own, which is tried again while others are in its way, for at most `waitMs`.
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
      const work = (manager: EntityManager) => runPatiently(manager.queryRunner!, statement, params);
      return runner ? transactionOn(runner, work) : ownTransaction(dataSource, leftMs, work);
    }
    if (runner) return runWith(runner, statement, params);
    return withHostConnection(dataSource, leftMs, (own) => runWith(own, statement, params));
  }
}

/** A connection is not kept while somebody's open transaction holds a lock. */
async function runPatiently<Params extends readonly unknown[], Row>(
  runner: QueryRunner,
  statement: Statement<Params, Row>,
  params: Params,
): Promise<Row[]> {
  await runWith(runner, limitLockWait, [`${LOCK_WAIT_MS}ms`]);
  return runWith(runner, statement, params);
}

/**
 * Runs a statement on the host's connection past the runner's `query()`, which returns values as the host's type parsers
 * make them. The host's logger hears of it, and errors are those of TypeORM, as if it had gone through there.
 */
async function runWith<Params extends readonly unknown[], Row>(
  runner: QueryRunner,
  { name, text, decode }: Statement<Params, Row>,
  params: Params,
): Promise<Row[]> {
  if (decode && decode !== noRow) throw new TypeError(`${name} reads texts, and TypeORM returns values`);
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
