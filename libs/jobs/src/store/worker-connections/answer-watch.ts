import type pg from 'pg';
import { WorkerClient } from './worker-client.js';
import type { Clock } from '../../support/time/clock.js';

/**
 * Closes connections whose statement gets no answer, with one timer for all of them. The `query_timeout` of pg sets a
 * timer per statement. Its callback keeps the answer alive past young garbage collections
 * (docs/decisions/0013-hot-statements.md).
 */
export class AnswerWatch {
  /** When the statement of each connection began, by `Clock.steadyMs()`; infinity while it is idle. */
  private readonly inUseSince = new Map<pg.PoolClient, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly answerMs: number,
    private readonly clock: Clock,
  ) {}

  /** Call this before a statement is sent. It fails with "Query read timeout" if there is no answer in time. */
  began(client: pg.PoolClient): void {
    this.inUseSince.set(client, this.clock.steadyMs());
    this.timer ??= this.later(this.answerMs);
  }

  ended(client: pg.PoolClient): void {
    this.inUseSince.set(client, Infinity);
  }

  forget(client: pg.PoolClient): void {
    this.inUseSince.delete(client);
  }

  private later(ms: number): NodeJS.Timeout {
    // After a blocked event loop the answer may already be here, so the sockets are read first.
    return setTimeout(() => setImmediate(() => this.giveUpOverdue()), ms).unref();
  }

  private giveUpOverdue(): void {
    const nowMs = this.clock.steadyMs();
    let nextMs = Infinity;
    for (const [client, sinceMs] of this.inUseSince) {
      const leftMs = sinceMs + this.answerMs - nowMs;
      if (leftMs > 0) nextMs = Math.min(nextMs, leftMs);
      else if (client instanceof WorkerClient)
        client.destroy(new Error(`Query read timeout: no answer for ${this.answerMs} ms`));
    }
    this.timer = nextMs === Infinity ? undefined : this.later(nextMs);
  }
}
