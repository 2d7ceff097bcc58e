import type { EntityManager } from 'typeorm';
import { JobsConfigurationError } from '../job/job.errors.js';
import type { TransactionManagerOption } from '../jobs.options.js';

/** What `clsTransactional()` needs of the `TransactionHost` of `@nestjs-cls/transactional`, with TypeORM's adapter. */
export interface TransactionHostLike {
  isTransactionActive(): boolean;
  readonly tx: EntityManager;
}

/**
 * Value of `transactionManager` for the package `typeorm-transactional`: calls inside `@Transactional()` join its
 * transaction. Pass the data source to `addTransactionalDataSource()` first. Otherwise calls throw
 * `JobsConfigurationError`.
 */
export function typeormTransactional(): TransactionManagerOption {
  return (dataSource) => {
    // The package replaces `manager` by a getter that returns the manager of the surrounding transaction.
    if (!Object.getOwnPropertyDescriptor(dataSource, 'manager')?.get) throw notPatched();
    return dataSource.manager;
  };
}

/**
 * Value of `transactionManager` for `@nestjs-cls/transactional` with `TransactionalAdapterTypeOrm`: calls inside
 * `@Transactional()` or `withTransaction()` join its transaction. Every call runs `host`, for instance
 * `() => TransactionHost.getInstance()`. With several connections, pass the connection's name to `getInstance()`.
 */
export function clsTransactional(host: () => TransactionHostLike): TransactionManagerOption {
  return () => {
    const current = host();
    return current.isTransactionActive() ? current.tx : undefined;
  };
}

function notPatched(): JobsConfigurationError {
  return new JobsConfigurationError({
    code: 'JOBS_DATA_SOURCE_NOT_TRANSACTIONAL',
    what: 'typeorm-transactional does not know the data source of the jobs.',
    fix: 'Call addTransactionalDataSource(dataSource) before the first job is enqueued, without { patch: false }.',
  });
}
