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
  /** When the open transactions began, by `performance.now()`. */
  private readonly begun = new WeakMap<QueryRunner, number>();

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

  /** For how long the manager's transaction has been open, in milliseconds; 0 if it is in none. */
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
    const actions = this.waiting.get(queryRunner) ?? [];
    this.waiting.delete(queryRunner);
    for (const action of actions) action();
  }

  afterTransactionRollback({ queryRunner }: TransactionEvent): void {
    if (queryRunner.isTransactionActive) return;
    this.begun.delete(queryRunner);
    this.waiting.delete(queryRunner);
  }
}
