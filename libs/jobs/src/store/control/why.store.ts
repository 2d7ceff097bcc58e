import {
  whyAhead,
  whyFacts,
  type WhyAheadParams,
  type WhyAheadRow,
  type WhyRow,
} from '../sql/control/why-not-running.sql.js';
import type { Executor } from '../statement.js';

/**
 * What keeps a job from running.
 *
 * Reads `jobs`, `job_queues`, `job_signals`, `job_types` and `job_workers`.
 */
export class WhyStore {
  constructor(private readonly executor: Executor) {}

  /** Null if there is no such job. `deadAfterMs`: how long a worker may be silent. */
  async facts(shard: number, id: string, deadAfterMs: number): Promise<WhyRow | null> {
    return (await this.executor.run(whyFacts, [shard, id, deadAfterMs]))[0] ?? null;
  }

  /** What is before a due job in one shard. */
  async ahead(...params: WhyAheadParams): Promise<WhyAheadRow> {
    return (await this.executor.run(whyAhead, params))[0]!;
  }
}
