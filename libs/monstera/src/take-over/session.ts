import { StartupError } from '@monstera/database';
import { QueryFailedError, type DataSource, type QueryRunner } from 'typeorm';
import { CLEANING_FUNCTIONS } from './sql/cleaning-functions.js';
import type { TakeOverOptions } from './take-over.options.js';

/** An arbitrary number. It must never change, because it identifies the lock. */
const LOCK_KEY = 7_246_120_017;
const LOCK_TIMEOUT_MS = 10_000;
const FORBIDDEN = '42501';
const LOCK_NOT_AVAILABLE = '55P03';

/** A connection that holds the take-over's lock, has the zone of the option and the cleaning functions. */
export class TakeOverSession {
  private constructor(
    readonly dataSource: DataSource,
    readonly runner: QueryRunner,
  ) {}

  /** @throws StartupError `TAKE_OVER_RUNNING` while another take-over runs. */
  static async open(dataSource: DataSource, { zone }: TakeOverOptions): Promise<TakeOverSession> {
    const session = new TakeOverSession(dataSource, dataSource.createQueryRunner());
    try {
      await session.prepare(zone);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  private async prepare(zone: string): Promise<void> {
    const [{ locked }] = await this.read<[{ locked: boolean }]>('select pg_try_advisory_lock($1) as locked', [
      LOCK_KEY,
    ]);
    if (!locked) throw running();
    const settings = {
      TimeZone: zone,
      DateStyle: 'ISO, MDY',
      statement_timeout: '0',
      lock_timeout: String(LOCK_TIMEOUT_MS),
    };
    for (const [name, value] of Object.entries(settings))
      await this.read('select set_config($1, $2, false)', [name, value]);
    for (const statement of CLEANING_FUNCTIONS) await this.run(statement);
  }

  async read<T>(text: string, parameters?: unknown[]): Promise<T> {
    return (await this.runner.query(text, parameters)) as T;
  }

  async run(text: string, parameters?: unknown[]): Promise<void> {
    await this.runner.query(text, parameters);
  }

  /** Commits if `work` succeeds. Rolls back if it fails or `keep` is false. */
  async inTransaction<T>(work: () => Promise<T>, { keep = true } = {}): Promise<T> {
    await this.runner.startTransaction();
    try {
      const result = await work();
      await (keep ? this.runner.commitTransaction() : this.runner.rollbackTransaction());
      return result;
    } catch (error) {
      if (this.runner.isTransactionActive) await this.runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.runner.query('select pg_advisory_unlock_all()').catch(() => undefined);
    await this.runner.release();
  }
}

function running(): StartupError {
  return new StartupError({
    code: 'TAKE_OVER_RUNNING',
    what: 'Another take-over is running on this database.',
    fix: 'Wait until it has ended. pg_locks shows the holder of the advisory lock.',
  });
}

/** Adds the step to errors of the database. Errors that are written for users stay unchanged. */
export async function inStep<T>(step: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof QueryFailedError)) throw error;
    throw stepFailed(step, error);
  }
}

function stepFailed(step: string, cause: QueryFailedError): StartupError {
  const { code } = cause.driverError as { code?: string };
  const what = `While ${step}: ${cause.message} (SQLSTATE ${code ?? 'unknown'}).`;
  if (code === LOCK_NOT_AVAILABLE)
    return new StartupError({
      code: 'TAKE_OVER_TABLE_BUSY',
      what: `${what} Another transaction has used a table for more than ${LOCK_TIMEOUT_MS / 1_000} s.`,
      fix: 'Stop the Go service and end its open transactions (pg_stat_activity), then run the same command again.',
      cause,
    });
  if (code === FORBIDDEN)
    return new StartupError({
      code: 'TAKE_OVER_FORBIDDEN',
      what,
      fix: 'Run it as the owner of the tables, with CREATE on the database: grant create on database <name> to <user>.',
      cause,
    });
  return new StartupError({
    code: 'TAKE_OVER_DATABASE_FAILED',
    what,
    fix: 'Fix the cause and run the same command again. It continues where it stopped. --undo restores the old state.',
    cause,
  });
}
