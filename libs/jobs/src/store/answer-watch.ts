import type pg from 'pg';
import { WorkerClient } from './worker-client.js';

/**
 * Gives up connections of a pool whose statement gets no answer, with one timer for all of them. pg's own `query_timeout`
 * sets one for each statement, and its callback keeps what the statement returned from being collected with the young:
 * a busy worker took twice the memory, and a fifth of its time for that (docs/performance.md).
 */
export class AnswerWatch {
  /** Since when each connection has been in use, by `performance.now()`; infinity while it idles. */
  private readonly inUseSince = new Map<WorkerClient, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly answerMs: number) {}

  /** The pool's connections must be `WorkerClient`s; statements fail with "Query read timeout" then. */
  watch(pool: pg.Pool): void {
    pool.on('acquire', (client) => {
      this.note(client, performance.now());
      this.timer ??= this.later(this.answerMs);
    });
    pool.on('release', (_, client) => this.note(client, Infinity));
    pool.on('remove', (client) => client instanceof WorkerClient && this.inUseSince.delete(client));
  }

  private note(client: pg.PoolClient, sinceMs: number): void {
    if (client instanceof WorkerClient) this.inUseSince.set(client, sinceMs);
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
      else client.destroy(new Error(`Query read timeout: no answer for ${this.answerMs} ms`));
    }
    this.timer = nextMs === Infinity ? undefined : this.later(nextMs);
  }
}
