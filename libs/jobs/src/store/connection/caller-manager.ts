import type { DataSource, EntityManager } from 'typeorm';
import { InvalidJobOptionError, JobsError } from '../../job/job.errors.js';
import type { TransactionManagerOption } from '../../jobs.options.js';
import { dataSourceOf } from '../../support/typeorm-versions.js';

/** The `manager` option of a call. Undefined: `transactionManager` decides. Null: a transaction of its own. */
export type GivenManager = EntityManager | null | undefined;

/** Returns the manager that a call uses, or undefined for a transaction of its own. */
export type CallerManager = (given: GivenManager) => EntityManager | undefined;

/**
 * Decides which transaction a call joins: that of the given manager, or else the ambient one that `ask` returns. The
 * decision throws `InvalidJobOptionError` for a value that is no manager, and `JobsError` if the ambient one cannot be
 * used.
 */
export function callerManager(dataSource: DataSource, ask: TransactionManagerOption | undefined): CallerManager {
  const ambient = ask ? () => ambientManager(dataSource, ask) : undefined;
  return (given) => {
    if (given === undefined) return ambient?.();
    if (given === null) return undefined;
    if (!isManager(given)) throw noManager();
    return given;
  };
}

function ambientManager(dataSource: DataSource, ask: TransactionManagerOption): EntityManager | undefined {
  const found: unknown = answerOf(ask, dataSource);
  if (found === undefined || found === null) return undefined;
  if (!isManager(found)) throw unusable('returned a value that is no EntityManager');
  if (dataSourceOf(found) !== dataSource) throw unusable('returned a manager of another data source');
  return found.queryRunner?.isTransactionActive ? found : undefined;
}

function answerOf(ask: TransactionManagerOption, dataSource: DataSource): unknown {
  try {
    return ask(dataSource);
  } catch (cause) {
    throw unusable(`threw: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

/** Not by class, because there may be two copies of TypeORM. A `DataSource` or a `QueryRunner` is no manager. */
function isManager(value: unknown): value is EntityManager {
  if (typeof value !== 'object' || value === null) return false;
  const { transaction } = value as Partial<EntityManager>;
  return typeof dataSourceOf(value) === 'object' && typeof transaction === 'function';
}

function noManager(): InvalidJobOptionError {
  return new InvalidJobOptionError(
    'manager',
    'is not an EntityManager',
    "Pass the manager that the transaction's callback gets, or queryRunner.manager; null for a transaction of its own.",
  );
}

function unusable(problem: string, cause?: unknown): JobsError {
  return new JobsError({
    code: 'JOBS_TRANSACTION_MANAGER_UNUSABLE',
    what: `The transactionManager of JobsModule ${problem}. Nothing was written.`,
    fix:
      "Let it return the EntityManager of the caller's transaction on the jobs' data source, or undefined where there " +
      'is none. Pass { manager } to a call that should not ask it.',
    cause,
  });
}
