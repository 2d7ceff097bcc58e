import { DataSource, type EntityManager } from 'typeorm';
import type { TransactionManagerOption } from '../../jobs.options.js';
import { callerManager } from './caller-manager.js';

const newDataSource = () => new DataSource({ type: 'postgres', url: 'postgresql://127.0.0.1/none' });

/** A manager whose query runner says that a transaction is open, or not. */
function managerOf(dataSource: DataSource, isTransactionActive: boolean): EntityManager {
  const runner = dataSource.createQueryRunner();
  Object.assign(runner, { isTransactionActive });
  return runner.manager;
}

describe('callerManager', () => {
  const dataSource = newDataSource();
  const ambient = managerOf(dataSource, true);

  it('takes the manager that a call is given, and asks for none', () => {
    const given = managerOf(dataSource, true);
    const ask = jest.fn<EntityManager, []>(() => ambient);
    expect(callerManager(dataSource, ask)(given)).toBe(given);
    expect(ask).not.toHaveBeenCalled();
  });

  it('takes none for null, and asks for none', () => {
    const ask = jest.fn<EntityManager, []>(() => ambient);
    expect(callerManager(dataSource, ask)(null)).toBeUndefined();
    expect(ask).not.toHaveBeenCalled();
  });

  it('asks with the data source of the jobs if a call is given none', () => {
    const ask = jest.fn<EntityManager, [DataSource]>(() => ambient);
    expect(callerManager(dataSource, ask)(undefined)).toBe(ambient);
    expect(ask.mock.calls).toEqual([[dataSource]]);
    expect(callerManager(dataSource, undefined)(undefined)).toBeUndefined();
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['the manager of the data source', dataSource.manager],
    ['a manager without an active transaction', managerOf(dataSource, false)],
  ])('leaves a call on its own if the answer is %s', (_, answer) => {
    expect(callerManager(dataSource, () => answer)(undefined)).toBeUndefined();
  });

  it.each<[string, () => unknown, string]>([
    ['a manager of another data source', () => managerOf(newDataSource(), true), 'of another data source'],
    ['a promise', () => Promise.resolve(ambient), 'no EntityManager'],
    ['a data source', () => dataSource, 'no EntityManager'],
    ['a query runner', () => ambient.queryRunner, 'no EntityManager'],
    ['a text', () => 'manager', 'no EntityManager'],
    ['false', () => false, 'no EntityManager'],
  ])('refuses %s as an answer', (_, ask, problem) => {
    const call = () => callerManager(dataSource, ask as TransactionManagerOption)(undefined);
    expect(call).toThrow('JOBS_TRANSACTION_MANAGER_UNUSABLE');
    expect(call).toThrow(problem);
  });

  it('says that the function threw, and keeps what it threw', () => {
    const cause = new Error('no context');
    const ask = () => {
      throw cause;
    };
    expect(() => callerManager(dataSource, ask)(undefined)).toThrow(
      expect.objectContaining({
        code: 'JOBS_TRANSACTION_MANAGER_UNUSABLE',
        what: expect.stringContaining('threw: no context') as string,
        cause,
      }),
    );
  });

  it.each<[string, unknown]>([
    ['a data source', dataSource],
    ['a query runner', ambient.queryRunner],
    ['a text', 'manager'],
    ['an empty object', {}],
    ['false', false],
  ])('refuses %s as manager of a call', (_, given) => {
    expect(() => callerManager(dataSource, undefined)(given as EntityManager)).toThrow(
      'manager: is not an EntityManager',
    );
  });
});
