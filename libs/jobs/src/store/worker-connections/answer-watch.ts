import type pg from 'pg';
import { WorkerClient } from './worker-client.js';

/**
 * Gives up connections whose statement gets no answer, with one timer for all of them. pg's own `query_timeout` sets one
 * for each statement, and its callback keeps what the statement returned from being collected with the young: a busy
 * worker took twice the memory, and a fifth of its time for that (docs/performance.md).
 */
export class AnswerWatch {
  /** Since when each connection has been in use, by `performance.now()`; infinity while it idles. */
  private readonly inUseSince = new Map<pg.PoolClient, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly answerMs: number) {}

  /** A statement is about to be sent; it fails with "Query read timeout" if there is no answer in time. */
  began(client: pg.PoolClient): void {
    this.inUseSince.set(client, performance.now());
    this.timer ??= this.later(this.answerMs);
  }

  ended(client: pg.PoolClient): void {
    this.inUseSince.set(client, Infinity);
  }

  forget(client: pg.PoolClient): void {
    this.inUseSince.delete(client);
  }

  private later(ms: number): NodeJS.Timeout {
    // After a blocked event loop the answer may have come already: what the sockets hold is read first.
    return setTimeout(() => setImmediate(() => this.giveUpOverdue()), ms).unref();
  }

  private giveUpOverdue(): void {
    const nowMs = performance.now();
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
