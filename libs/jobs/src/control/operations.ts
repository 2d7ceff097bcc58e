import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { optionNames } from '../job/validate/known-options.js';
import { requireActor } from '../job/validate/actor.js';
import { JOBS_DATA_SOURCE, JOBS_OPTIONS, type JobsOptions } from '../jobs.options.js';
import { look } from '../store/bounded-read.js';
import { callerManager, type CallerManager, type GivenManager } from '../store/connection/caller-manager.js';
import { ManagerExecutor } from '../store/connection/executors.js';
import { inSchema } from '../store/in-schema.js';
import { tooSlow } from '../store/query-too-slow.js';
import { writeTogether, type Together } from '../store/write-together.js';
import { AuditStore } from '../store/control/audit.store.js';
import { DatabaseStore } from '../store/database.store.js';
import { NOTIFY_CHANNEL } from '../store/notification.js';
import type { Executor } from '../store/statement.js';
import { SharedLook } from './shared-look.js';
import { CommitHooks } from '../wake/commit-hooks.js';
import { settingsMessage } from '../wake/wake-message.js';
import { WakeUp } from '../wake/wake-up.js';
import { Clock } from '../support/time/clock.js';

/** Options of what an operator does. */
export interface OperatorOptions {
  /** Who does it, at most 200 characters. It is recorded in `job_audit` together with the action. Default: no record. */
  actor?: string;
  /** As in `JobService`: a manager inside a transaction, or null for a transaction of its own. */
  manager?: EntityManager | null;
}

export const OPERATOR_OPTIONS = optionNames<OperatorOptions>({ actor: true, manager: true });

/** The answer that calls share. */
export interface Shared<T> {
  /** Null for a call in a transaction, which must see what that has written. */
  (given: GivenManager): Promise<T> | null;
  /** The next call reads anew. */
  forget(): void;
}

/** What is done, for the audit. */
export interface Operation {
  /** Such as `queue.pause`. */
  action: string;
  details: Record<string, unknown>;
}

const MAX_ACTOR_LENGTH = 200;
const TOO_SLOW = {
  what: 'The database did not answer within two seconds.',
  fix: 'Try again. If it stays so, look for a transaction that has been open for long (docs/operations.md).',
};

/** Reads and changes what operators see and set. */
@Injectable()
export class Operations {
  private readonly managerOf: CallerManager;

  constructor(
    @Inject(JOBS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly commitHooks: CommitHooks,
    private readonly wakeUp: WakeUp,
    private readonly clock: Clock,
  ) {
    this.managerOf = callerManager(dataSource, options.transactionManager);
  }

  /**
   * An answer for all calls of a process without a transaction, for two seconds or for `maxAgeMs`. It is forgotten when an
   * operator changes settings.
   */
  share<T>(read: () => Promise<T>, maxAgeMs?: number): Shared<T> {
    const shared = new SharedLook(this.clock, read, maxAgeMs);
    const forget = () => shared.forget();
    this.wakeUp.subscribe({ settingsChanged: forget });
    return Object.assign((given: GivenManager) => (this.managerOf(given) ? null : shared.get()), { forget });
  }

  /** Reads in the caller's transaction, or else on a connection on which each statement may take two seconds. */
  async read<T>(given: EntityManager | null | undefined, work: (executor: Executor) => Promise<T>): Promise<T> {
    const manager = this.managerOf(given);
    if (manager) return work(this.executor(manager));
    return look(this.dataSource, this.options, work).catch(tooSlow(TOO_SLOW));
  }

  /**
   * Changes settings in the caller's transaction, or else in one of its own, together with the entry in the audit. All
   * processes hear of it at the commit. Throws `JobConflictError` JOBS_LOCK_HELD, or what `giveUp` returns, if others
   * hold the rows for longer than `waitTimeoutMs`.
   */
  async change<T>(
    given: OperatorOptions,
    { action, details }: Operation,
    work: (executor: Executor) => Promise<T>,
    giveUp?: (error: unknown) => unknown,
  ): Promise<T> {
    const { actor } = given;
    const changeAndTell = async (executor: Executor) => {
      const result = await work(executor);
      if (actor !== undefined)
        await new AuditStore(executor).record({ actor: cut(actor), action, jobId: null, details });
      await new DatabaseStore(executor).notify({ channel: NOTIFY_CHANNEL, message: settingsMessage() });
      return result;
    };
    const result = await this.changeQuietly(given, changeAndTell, giveUp);
    this.commitHooks.afterCommit(this.managerOf(given.manager), this.tellThisProcess);
    return result;
  }

  /** As `change`, for what no process has to hear of. The work writes its own entry in the audit. */
  async changeQuietly<T>(
    { actor, manager }: OperatorOptions,
    work: (executor: Executor) => Promise<T>,
    giveUp?: (error: unknown) => unknown,
  ): Promise<T> {
    if (actor !== undefined) requireActor(actor);
    const { dataSource, options } = this;
    const inTransaction = ({ executor }: Together) => work(executor);
    return writeTogether({ dataSource, options }, this.managerOf(manager), inTransaction, giveUp);
  }

  /** Through a pooler, a process hears nothing of its own messages either. */
  private readonly tellThisProcess = (): void => this.wakeUp.settingsChanged();

  private executor(manager: EntityManager): Executor {
    const { schema, waitTimeoutMs } = this.options;
    return inSchema(new ManagerExecutor(this.dataSource, manager, waitTimeoutMs), schema);
  }
}

/** The actor as the tables keep it. */
export function cut(actor: string): string {
  return actor.slice(0, MAX_ACTOR_LENGTH);
}
