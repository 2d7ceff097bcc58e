import { Inject, Injectable } from '@nestjs/common';
import { DependencyDownError } from '../job/dependency-down.error.js';
import { JobAbortedError } from '../job/job.errors.js';
import { Outages, type Finding } from '../state/outages.js';

/**
 * Tracks whether the dependencies of this process's jobs are up. While one is down, jobs wait for it without using
 * attempts. One caller at a time tries it again: after 1, 2, 4 and so on, up to every 60 seconds.
 */
@Injectable()
export class DependencyHealth {
  constructor(@Inject(Outages) private readonly outages: Outages) {}

  /**
   * Runs `work`, which talks to a dependency. If `isDown` returns true for its error, an outage begins or continues, and
   * the call throws `DependencyDownError` with that error as its cause. A success or any other error ends the outage;
   * the error is thrown unchanged. An aborted call changes nothing. During an outage, throws `DependencyDownError` without
   * calling `work` until the next try is due.
   *
   * `dependency` is a label of the metrics. Use a small set of names, such as `smtp`.
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

/** Whether the error says nothing about the dependency: the job was aborted, or another dependency is down. */
function showsNothing(error: unknown): boolean {
  if (error instanceof JobAbortedError || error instanceof DependencyDownError) return true;
  return (error as { name?: unknown } | null | undefined)?.name === 'AbortError';
}
