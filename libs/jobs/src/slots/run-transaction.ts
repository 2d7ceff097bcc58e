import { JobsError } from '../job/job.errors.js';
import { ObservedPromise } from '../support/observed-promise.js';

/** The transaction of a handler: its state, and whether the handler has observed its result. */
export class RunTransaction<T = unknown> {
  state: 'open' | 'committed' | 'rolled back' = 'open';
  /** What the handler gets. */
  readonly promise: ObservedPromise<T>;
  /** Resolves once the transaction has committed or rolled back. Never rejects. */
  readonly ended: Promise<void>;
  private error: unknown;

  constructor(transaction: Promise<T>) {
    this.promise = ObservedPromise.of(transaction);
    this.ended = transaction.then(
      () => void (this.state = 'committed'),
      (error: unknown) => {
        this.state = 'rolled back';
        this.error = error;
      },
    );
  }

  /** The error of a rollback that the handler has not observed, so that it believes in a write that failed. */
  get unseenFailure(): { error: unknown } | null {
    return this.state === 'rolled back' && !this.promise.isObserved ? { error: this.error } : null;
  }
}

/** A call of `context.transaction()` that was refused, so no transaction began. */
export class RefusedTransaction {
  readonly promise: ObservedPromise<never>;

  constructor(readonly error: JobsError) {
    this.promise = ObservedPromise.of(Promise.reject(error));
  }
}

export function transactionReused(state: RunTransaction['state']): JobsError {
  return new JobsError({
    code: 'JOBS_TRANSACTION_REUSED',
    what:
      state === 'open'
        ? 'context.transaction() was called while another transaction of the same run is under way.'
        : 'context.transaction() was called again after it had committed and completed the job.',
    fix: 'Do everything in one call of context.transaction(), through the manager that it gives, and await it last.',
  });
}

export function runEnded(): JobsError {
  return new JobsError({
    code: 'JOBS_RUN_ENDED',
    what: 'context.transaction() was called after the run had ended.',
    fix: 'Await everything that the handler starts before it returns.',
  });
}
