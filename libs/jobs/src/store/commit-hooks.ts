import type { DataSource, EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';

interface TransactionEvent {
  queryRunner: QueryRunner;
}

/**
 * Runs actions once the caller's transaction has committed. TypeORM reports savepoints with the same events, hence the
 * question whether a transaction is still open.
 */
export class CommitHooks implements EntitySubscriberInterface {
  private readonly waiting = new WeakMap<QueryRunner, (() => void)[]>();

  /** Subscribed to the transactions of a DataSource. */
  static on(dataSource: DataSource): CommitHooks {
    const hooks = new CommitHooks();
    dataSource.subscribers.push(hooks);
    return hooks;
  }

  /** At once, if the manager is in no transaction. */
  afterCommit(manager: EntityManager | undefined, action: () => void): void {
    const runner = manager?.queryRunner;
    if (!runner?.isTransactionActive) return action();
    const actions = this.waiting.get(runner);
    if (actions) actions.push(action);
    else this.waiting.set(runner, [action]);
  }

  afterTransactionCommit({ queryRunner }: TransactionEvent): void {
    if (queryRunner.isTransactionActive) return;
    const actions = this.waiting.get(queryRunner) ?? [];
    this.waiting.delete(queryRunner);
    for (const action of actions) action();
  }

  afterTransactionRollback({ queryRunner }: TransactionEvent): void {
    if (!queryRunner.isTransactionActive) this.waiting.delete(queryRunner);
  }
}
