import { Catch, type ArgumentsHost } from '@nestjs/common';
import { ProblemFilter } from '../errors/problem.filter.js';
import { ClosedError } from './access.errors.js';

/** Answers errors of the admin API as problems, except those of a closed API. */
@Catch()
export class AdminProblemFilter extends ProblemFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    // An error that a filter throws reaches the application's filters, which answer it like an unknown address.
    if (error instanceof ClosedError) throw error;
    // oxlint-disable-next-line promise/valid-params -- the filter's method, not a promise's
    super.catch(error, host);
  }
}
