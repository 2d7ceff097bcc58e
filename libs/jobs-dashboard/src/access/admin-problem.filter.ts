import { Catch, type ArgumentsHost } from '@nestjs/common';
import { ProblemFilter } from '../errors/problem.filter.js';
import { ClosedError } from './access.errors.js';

/** For our own controllers: problems, but for what must look as if there were no such route. */
@Catch()
export class AdminProblemFilter extends ProblemFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    // What a filter throws reaches the application's own filters, which know how it answers unknown addresses.
    if (error instanceof ClosedError) throw error;
    // oxlint-disable-next-line promise/valid-params -- the filter's method, not a promise's
    super.catch(error, host);
  }
}
