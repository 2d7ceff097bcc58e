import type { DataSource, EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';
import { dataSourceOf } from '../support/typeorm-versions.js';

interface TransactionEvent {
  queryRunner: QueryRunner;
}

interface Action {
  run: (count: number) => void;
  count: number;
}

/**
 * Runs actions once the caller's transaction has committed. TypeORM reports savepoints with the same events, hence the
 * question whether a transaction is still open.
 */
export class CommitHooks implements EntitySubscriberInterface {
  private readonly waiting = new WeakMap<QueryRunner, Map<unknown, Action>>();
  /** When the open transactions began, by `performance.now()`. */
  private readonly begun = new WeakMap<QueryRunner, number>();

  /** Subscribed to the transactions of a DataSource. */
  static on(dataSource: DataSource): CommitHooks {
    const hooks = new CommitHooks();
    hooks.subscribeTo(dataSource);
    return hooks;
  }

  /**
   * At once, if the manager is in no transaction. Of several actions with the same key a transaction keeps the last one,
   * so that a long one does not gather them: the key has to say all that the action does. That one is told the sum of
   * their counts.
   */
  afterCommit(manager: EntityManager | undefined, run: (count: number) => void, key: unknown = run, count = 1): void {
    const runner = manager?.queryRunner;
    if (!runner?.isTransactionActive) return run(count);
    this.subscribeTo(dataSourceOf(runner));
    const actions = this.waiting.get(runner);
    if (actions) actions.set(key, { run, count: count + (actions.get(key)?.count ?? 0) });
    else this.waiting.set(runner, new Map([[key, { run, count }]]));
  }

  /** For how long the manager's transaction has been open, in milliseconds; 0 if it is in none, or its begin was not seen. */
  ageMs(manager: EntityManager | undefined): number {
    const begunMs = manager?.queryRunner && this.begun.get(manager.queryRunner);
    return begunMs === undefined ? 0 : performance.now() - begunMs;
  }

  afterTransactionStart({ queryRunner }: TransactionEvent): void {
    if (!this.begun.has(queryRunner)) this.begun.set(queryRunner, performance.now());
  }

  afterTransactionCommit({ queryRunner }: TransactionEvent): void {
    if (queryRunner.isTransactionActive) return;
    this.begun.delete(queryRunner);
    const actions = [...(this.waiting.get(queryRunner)?.values() ?? [])];
    this.waiting.delete(queryRunner);
    for (const { run, count } of actions) run(count);
  }

  afterTransactionRollback({ queryRunner }: TransactionEvent): void {
    if (queryRunner.isTransactionActive) return;
    this.begun.delete(queryRunner);
    this.waiting.delete(queryRunner);
  }

  /**
   * Asked again for each transaction: a manager may be of another data source on the same database, and one that is
   * initialised, or initialised again, has a new list of subscribers.
   */
  private subscribeTo({ subscribers }: DataSource): void {
    if (!subscribers.includes(this)) subscribers.push(this);
  }
}
