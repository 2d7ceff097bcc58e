import type pg from 'pg';
import type { AnswerWatch } from './answer-watch.js';

/**
 * Keeps the connections of a pool at hand between statements. The pool still makes and counts them, and queues for
 * them. Taking an idle connection from the pool itself would delay each claim (docs/decisions/0013-hot-statements.md).
 */
export class KeptConnections {
  private readonly idle: pg.PoolClient[] = [];
  private ended = false;
  /** Whether the pool limits the use or age of connections. Then each goes back to it after every statement. */
  private readonly renewing: boolean;

  /** The connections of `pool` must be `WorkerClient`s: the watch cannot close others. */
  constructor(
    private readonly pool: pg.Pool,
    private readonly watch: AnswerWatch,
  ) {
    const { maxUses, maxLifetimeSeconds } = pool.options;
    this.renewing = maxUses < Infinity || maxLifetimeSeconds > 0;
    pool.on('connect', (client) => client.on('error', (error) => this.broken(client, error)));
    pool.on('remove', (client) => watch.forget(client));
  }

  /** Runs one statement on a connection of its own, which is closed after an error. */
  async run<T>(send: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = this.idle.pop() ?? (await this.pool.connect());
    this.watch.began(client);
    try {
      const result = await send(client);
      this.giveBack(client);
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    } finally {
      this.watch.ended(client);
    }
  }

  /** Resolves once all running statements have their answers. */
  end(): Promise<void> {
    this.ended = true;
    for (const client of this.idle.splice(0)) client.release();
    return this.pool.end();
  }

  private giveBack(client: pg.PoolClient): void {
    if (this.ended || this.renewing || this.pool.waitingCount > 0) client.release();
    else this.idle.push(client);
  }

  /** Removes a broken connection that is idle. If it is in use, its statement fails. */
  private broken(client: pg.PoolClient, error: Error): void {
    const index = this.idle.indexOf(client);
    if (index < 0) return;
    this.idle.splice(index, 1);
    client.release(error);
  }
}
