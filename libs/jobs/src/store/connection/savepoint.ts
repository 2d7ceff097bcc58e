import type { QueryRunner } from 'typeorm';
import { RELEASE_SAVEPOINT, ROLL_BACK_TO_SAVEPOINT, SET_SAVEPOINT } from '../sql/savepoint.js';

/**
 * Runs work of which nothing stays if it throws, while what the transaction wrote before stays. Also in a transaction that
 * was begun in SQL, of which TypeORM knows nothing.
 */
export async function behindSavepoint<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  await runner.query(SET_SAVEPOINT);
  try {
    const result = await work();
    await runner.query(RELEASE_SAVEPOINT);
    return result;
  } catch (error) {
    // The error of the work matters more. If this fails, the transaction is broken, and its next statement says so.
    await rollBack(runner).catch(() => {});
    throw error;
  }
}

/** Released as well: otherwise each savepoint would lie inside the one before. */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.query(ROLL_BACK_TO_SAVEPOINT);
  await runner.query(RELEASE_SAVEPOINT);
}
