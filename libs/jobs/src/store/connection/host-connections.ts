import type pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { JobsError } from '../../job/job.errors.js';
import { within } from '../../support/time/within.js';
import { cancelStatement } from './break-off.js';
import { dataSourceOf } from '../../support/typeorm-versions.js';
import { systemClock } from '../../support/time/clock.js';
import { report } from '../../report/report.js';

/** How long a connection that seems to be in a transaction may take to answer, in milliseconds. */
const TIDY_MS = 1_000;
const POOL_TIMEOUT = /timeout exceeded when trying to connect/;

/** The host's pool for the primary. Throws `JobsError` if the data source is not initialized yet. */
export function poolOf(dataSource: Pick<DataSource, 'driver'>): pg.Pool {
  const pool = (dataSource.driver as PostgresDriver).master as pg.Pool | undefined;
  if (!pool) throw notInitialized();
  return pool;
}

/**
 * Takes a connection that is in no transaction. Throws `JobsError` JOBS_NO_CONNECTION if the pool has none within
 * `waitMs` milliseconds. A connection that comes later goes back to the pool.
 */
export async function takeClient(pool: pg.Pool, waitMs: number): Promise<pg.PoolClient> {
  return take(pool, waitMs, async () => {
    const client = await pool.connect();
    return { held: client, client, release: () => client.release(), destroy: () => client.release(true) };
  });
}

/** As `takeClient`, but returns a connected query runner. Release it with `giveBack`. */
async function takeRunner(dataSource: DataSource, waitMs: number): Promise<QueryRunner> {
  return take(poolOf(dataSource), waitMs, async () => {
    const runner = dataSource.createQueryRunner();
    const client = (await runner.connect()) as pg.PoolClient;
    const release = () => void runner.release();
    return { held: runner, client, release, destroy: () => destroy(runner, client) };
  });
}

/** Runs work on a connection of its own. Throws as `takeClient` does. */
export async function withHostConnection<T>(
  dataSource: DataSource,
  waitMs: number,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = await takeRunner(dataSource, waitMs);
  try {
    return await work(runner);
  } finally {
    await giveBack(runner);
  }
}

/** Runs work in a transaction on a connection of its own. Throws as `takeClient` does. */
export function ownTransaction<T>(
  dataSource: DataSource,
  waitMs: number,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return withHostConnection(dataSource, waitMs, (runner) => transactionOn(runner, work));
}

/** Runs work in a transaction on a connection that is in none. */
export async function transactionOn<T>(runner: QueryRunner, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  try {
    await runner.startTransaction();
    const result = await work(runner.manager);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // The error of the work matters more than that of the rollback. `giveBack` closes a connection that is still in a
    // transaction.
    await runner.rollbackTransaction().catch(() => {});
    throw error;
  }
}

/**
 * Closes a manager's connection at once, even in the middle of a statement, which the server is asked to cancel. All
 * that was written is rolled back, and later statements of the manager fail.
 */
export async function breakConnection({ queryRunner }: EntityManager): Promise<void> {
  if (!queryRunner || queryRunner.isReleased) return;
  const client = (await queryRunner.connect()) as pg.PoolClient;
  cancelStatement(client);
  client.end().catch(() => {});
}

/**
 * Whether the runner is in a transaction of its caller, even one that the caller began in SQL. If the driver does not
 * say (pg before 8.20), the answer is true, so that this library never commits a caller's transaction.
 */
export async function isInCallersTransaction(runner: QueryRunner, waitMs: number): Promise<boolean> {
  if (runner.isTransactionActive || runner.isReleased) return true;
  const connecting = runner.connect() as Promise<pg.PoolClient>;
  const giveBackLate = (client: pg.PoolClient) => void (runner.isReleased && forget(runner, client));
  return statusOf(await inTime(poolOf(dataSourceOf(runner)), connecting, waitMs, giveBackLate)) !== 'I';
}

/** TypeORM would wait forever for a connection that comes after its runner was released. */
function forget(runner: QueryRunner, client: pg.PoolClient): void {
  client.release();
  const { connectedQueryRunners } = dataSourceOf(runner).driver as PostgresDriver;
  const index = connectedQueryRunners.indexOf(runner);
  if (index >= 0) connectedQueryRunners.splice(index, 1);
}

/** Reads the status in the connection's last answer, which is cheap enough for every statement. */
export function seemsInTransaction(client: pg.ClientBase): boolean {
  const status = statusOf(client);
  return status === 'T' || status === 'E';
}

interface Taken<T> {
  held: T;
  client: pg.ClientBase;
  release: () => void;
  destroy: () => void;
}

async function take<T>(pool: pg.Pool, waitMs: number, connect: () => Promise<Taken<T>>): Promise<T> {
  const untilMs = systemClock.steadyMs() + waitMs;
  // Every connection of the pool may be in a transaction. The one that replaces a closed connection cannot be.
  for (let tries = 0; tries <= pool.options.max; tries++) {
    const giveBackLate = ({ release }: Taken<T>) => release();
    const taken = await inTime(pool, connect(), untilMs - systemClock.steadyMs(), giveBackLate);
    if (!(await isInTransaction(taken.client))) return taken.held;
    taken.destroy();
    report('left_in_transaction', inTransaction());
  }
  throw inTransaction();
}

async function inTime<T>(
  pool: pg.Pool,
  connecting: Promise<T>,
  waitMs: number,
  onLate: (connected: T) => void = () => {},
): Promise<T> {
  const connected = await within(Math.max(0, waitMs), connecting).catch((error: unknown) => {
    throw error instanceof Error && POOL_TIMEOUT.test(error.message) ? noConnection(pool, waitMs, error) : error;
  });
  if (connected) return connected;
  connecting.then(onLate).catch(() => {});
  throw noConnection(pool, waitMs);
}

/** The answer to a COMMIT that nobody awaited may still be on its way. The answer to an empty query comes after it. */
async function isInTransaction(client: pg.ClientBase): Promise<boolean> {
  if (!seemsInTransaction(client)) return false;
  const answered = await within(TIDY_MS, client.query('')).catch(() => null);
  return !answered || seemsInTransaction(client);
}

async function giveBack(runner: QueryRunner): Promise<void> {
  if (runner.isReleased) return;
  const client = (await runner.connect()) as pg.PoolClient;
  if (seemsInTransaction(client)) destroy(runner, client);
  else await runner.release();
}

/** The pool does not keep a connection that has been ended. */
function destroy(runner: QueryRunner, client: pg.PoolClient): void {
  client.end().catch(() => {});
  void runner.release();
}

function statusOf(client: Partial<Pick<pg.ClientBase, 'getTransactionStatus'>>): string | null {
  return client.getTransactionStatus?.() ?? null;
}

/** The use of a pool for an error's text, such as "10 of 10 in use, 3 waiting". */
export function poolUse({ totalCount, idleCount, waitingCount, options }: pg.Pool): string {
  return `${totalCount - idleCount} of ${options.max} in use, ${waitingCount} waiting`;
}

function noConnection(pool: pg.Pool, waitMs: number, cause?: unknown): JobsError {
  return new JobsError({
    code: 'JOBS_NO_CONNECTION',
    what: `The host's pool had no connection within ${Math.round(waitMs)} ms (${poolUse(pool)}). Nothing was sent.`,
    fix:
      'Give the DataSource a larger poolSize, at least concurrency + 2, and inside a transaction pass its manager: ' +
      '{ manager }. waitTimeoutMs of JobsModule sets how long a call waits.',
    cause,
  });
}

function notInitialized(): JobsError {
  return new JobsError({
    code: 'JOBS_DATA_SOURCE_NOT_INITIALIZED',
    what: 'The DataSource of the jobs is not initialized. Nothing was sent.',
    fix: 'With manualInitialization, call dataSource.initialize() before jobs are enqueued or run.',
  });
}

function inTransaction(): JobsError {
  return new JobsError({
    code: 'JOBS_CONNECTION_IN_TRANSACTION',
    what: "A connection of the host's pool was still inside a transaction: what it writes could be rolled back by anybody.",
    fix: 'Somebody released a query runner or a client without COMMIT or ROLLBACK; end the transaction before release().',
  });
}
