import { clsTransactional, typeormTransactional, type JobsModuleOptions } from '@monstera/jobs';
import { Propagation as ClsPropagation, ClsPluginTransactional, TransactionHost } from '@nestjs-cls/transactional';
import { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import { getDataSourceToken } from '@nestjs/typeorm';
import { ClsModule } from 'nestjs-cls';
import {
  addTransactionalDataSource,
  deleteDataSourceByName,
  initializeTransactionalContext,
  Propagation,
  runInTransaction,
  StorageDriver,
} from 'typeorm-transactional';
import { startHost, type Host, type HostOptions } from './host.js';

type Work<T> = () => Promise<T>;

/** A package that lets code run in a transaction without being given its manager. */
export interface Ambient {
  /** A host of the package, with `transactionManager` set for it. */
  start: (options: HostOptions) => Promise<Host>;
  /** Joins the transaction around it, or begins one. */
  inTransaction: <T>(work: Work<T>) => Promise<T>;
  /** Begins another transaction, whatever is around it. */
  inOwnTransaction: <T>(work: Work<T>) => Promise<T>;
  /** Leaves the transaction around it for a while. */
  outside: <T>(work: Work<T>) => Promise<T>;
}

const CONNECTION = 'orders';

function withManager(options: HostOptions, transactionManager: JobsModuleOptions['transactionManager']): HostOptions {
  return { ...options, jobs: { transactionManager, ...options.jobs } };
}

const ofTypeormTransactional: Ambient = {
  start: async (options) => {
    initializeTransactionalContext({ storageDriver: StorageDriver.ASYNC_LOCAL_STORAGE });
    const onDataSource = (dataSource: Parameters<typeof addTransactionalDataSource>[0]) =>
      void addTransactionalDataSource(dataSource);
    const host = await startHost({ ...withManager(options, typeormTransactional()), onDataSource });
    return { ...host, close: () => host.close().finally(() => deleteDataSourceByName('default')) };
  },
  inTransaction: (work) => runInTransaction(work),
  inOwnTransaction: (work) => runInTransaction(work, { propagation: Propagation.REQUIRES_NEW }),
  outside: (work) => runInTransaction(work, { propagation: Propagation.NOT_SUPPORTED }),
};

function ofCls(connectionName?: string): Ambient {
  const host = () => TransactionHost.getInstance<TransactionalAdapterTypeOrm>(connectionName);
  const adapter = new TransactionalAdapterTypeOrm({ dataSourceToken: getDataSourceToken() });
  return {
    start: (options) => {
      const plugins = [new ClsPluginTransactional({ connectionName, adapter })];
      return startHost({ ...withManager(options, clsTransactional(host)), imports: [ClsModule.forRoot({ plugins })] });
    },
    inTransaction: (work) => host().withTransaction(work),
    inOwnTransaction: (work) => host().withTransaction(ClsPropagation.RequiresNew, work),
    outside: (work) => host().withoutTransaction(work),
  };
}

export const AMBIENTS: [string, Ambient][] = [
  ['typeorm-transactional', ofTypeormTransactional],
  ['nestjs-cls', ofCls()],
  ['nestjs-cls with a named connection', ofCls(CONNECTION)],
];
