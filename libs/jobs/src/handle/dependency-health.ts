import { Inject, Injectable } from '@nestjs/common';
import { DependencyDownError } from '../job/dependency-down.error.js';
import { JobAbortedError } from '../job/job.errors.js';
import { Outages, type Finding } from '../state/outages.js';

/**
 * What this process knows of the things that its jobs talk to. While one is down, jobs wait for it without using up
 * attempts, and one caller at a time tries whether it is back: after 1, 2, 4, … 60 seconds.
 */
@Injectable()
export class DependencyHealth {
  constructor(@Inject(Outages) private readonly outages: Outages) {}

  /**
   * Runs work that talks to a dependency. An error for which `isDown` says true opens (or keeps open) the outage and
   * becomes a `DependencyDownError`, with the error as its cause. Anything else ends it: a success, or another error,
   * which is thrown as it is. An aborted call shows nothing. While the outage is open and the next try is not due, throws
   * `DependencyDownError` at once without calling `work`.
   *
   * `dependency` is a name of a small set, such as `smtp`: it is a label of the metrics.
   */
  async call<T>(dependency: string, work: () => Promise<T>, isDown: (error: unknown) => boolean): Promise<T> {
    const entry = this.outages.enter(dependency);
    if (entry.kind === 'wait') throw new DependencyDownError(dependency, { delayMs: entry.delayMs });
    let finding: Finding = 'nothing';
    let cause: unknown;
    let delayMs = 0;
    try {
      const result = await work();
      finding = 'up';
      return result;
    } catch (error) {
      cause = error;
      finding = findingOf(error, isDown);
      if (finding !== 'down') throw error;
    } finally {
      delayMs = this.outages.leave(dependency, entry, finding, cause);
    }
    throw new DependencyDownError(dependency, { cause, delayMs });
  }
}

function findingOf(error: unknown, isDown: (error: unknown) => boolean): Finding {
  if (isDown(error)) return 'down';
  return showsNothing(error) ? 'nothing' : 'answered with an error';
}

/** The job was stopped, or waits for something else. */
function showsNothing(error: unknown): boolean {
  if (error instanceof JobAbortedError || error instanceof DependencyDownError) return true;
  return (error as { name?: unknown } | null | undefined)?.name === 'AbortError';
}
