import { Catch, type ArgumentsHost } from '@nestjs/common';
import { ProblemFilter } from '../errors/problem.filter.js';
import { ClosedError } from './access.errors.js';

/** Answers errors of the admin API as problems, except those of a closed API. */
@Catch()
export class AdminProblemFilter extends ProblemFilter {
  private readonly logged = new WeakSet<object>();

  override catch(error: unknown, host: ArgumentsHost): void {
    // An error that a filter throws reaches the application's filters, which answer it like an unknown address.
    if (error instanceof ClosedError) throw error;
    // oxlint-disable-next-line promise/valid-params -- the filter's method, not a promise's
    super.catch(error, host);
  }

  /** Requests that shared a read share its error. It has one line in the log, however many pages are open. */
  protected override logError(error: unknown): void {
    const isKnown = error instanceof Error && this.logged.has(error);
    if (!isKnown) super.logError(error);
    if (error instanceof Error) this.logged.add(error);
  }
}
