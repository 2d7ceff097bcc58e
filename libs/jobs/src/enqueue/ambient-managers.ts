import type { EntityManager } from 'typeorm';
import { JobsConfigurationError } from '../job/job.errors.js';
import type { TransactionManagerOption } from '../jobs.options.js';

/** The part of `TransactionHost` of `@nestjs-cls/transactional` that is needed, with TypeORM's adapter. */
export interface TransactionHostLike {
  isTransactionActive(): boolean;
  readonly tx: EntityManager;
}

/**
 * `transactionManager` for the package `typeorm-transactional`: calls inside `@Transactional()` join its transaction.
 * The data source must have been given to `addTransactionalDataSource()`; a call says so if it was not.
 */
export function typeormTransactional(): TransactionManagerOption {
  return (dataSource) => {
    // The package makes `manager` a getter that answers the manager of the transaction around the caller.
    if (!Object.getOwnPropertyDescriptor(dataSource, 'manager')?.get) throw notPatched();
    return dataSource.manager;
  };
}

/**
 * `transactionManager` for `@nestjs-cls/transactional` with `TransactionalAdapterTypeOrm`: calls inside
 * `@Transactional()` or `withTransaction()` join its transaction. `host` is asked with each call:
 * `clsTransactional(() => TransactionHost.getInstance())`, with the connection's name where there are several.
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
