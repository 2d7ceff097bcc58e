import type { DataSource, EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';
import { dataSourceOf } from '../support/typeorm-versions.js';
import type { Clock } from '../support/time/clock.js';

interface TransactionEvent {
  queryRunner: QueryRunner;
}

interface Action {
  run: (count: number) => void;
  count: number;
}

/**
 * Runs actions after the caller's transaction has committed. TypeORM reports savepoints with the same events, so each
 * handler checks whether a transaction is still open.
 */
export class CommitHooks implements EntitySubscriberInterface {
  private readonly waiting = new WeakMap<QueryRunner, Map<unknown, Action>>();
  /** When each open transaction began, by `Clock.steadyMs()`. */
  private readonly begun = new WeakMap<QueryRunner, number>();

  constructor(private readonly clock: Clock) {}

  static on(dataSource: DataSource, clock: Clock): CommitHooks {
    const hooks = new CommitHooks(clock);
    hooks.subscribeTo(dataSource);
    return hooks;
  }

  /**
   * Runs the action after the commit, or at once if the manager has no transaction. Actions with the same key are
   * merged: the last one runs, with the sum of their counts. So the key must identify all that the action does.
   */
  afterCommit(manager: EntityManager | undefined, run: (count: number) => void, key: unknown = run, count = 1): void {
    const runner = manager?.queryRunner;
    if (!runner?.isTransactionActive) return run(count);
    this.subscribeTo(dataSourceOf(runner));
    const actions = this.waiting.get(runner);
    if (actions) actions.set(key, { run, count: count + (actions.get(key)?.count ?? 0) });
    else this.waiting.set(runner, new Map([[key, { run, count }]]));
  }

  /** How long the manager's transaction has been open, in milliseconds. 0 if there is none or it is unknown. */
  ageMs(manager: EntityManager | undefined): number {
    const begunMs = manager?.queryRunner && this.begun.get(manager.queryRunner);
    return begunMs === undefined ? 0 : this.clock.steadyMs() - begunMs;
  }

  afterTransactionStart({ queryRunner }: TransactionEvent): void {
    if (!this.begun.has(queryRunner)) this.begun.set(queryRunner, this.clock.steadyMs());
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

  /** Checked for each transaction: managers differ in their data source, and initialising one resets its list. */
  private subscribeTo({ subscribers }: DataSource): void {
    if (!subscribers.includes(this)) subscribers.push(this);
  }
}
