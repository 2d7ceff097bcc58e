import type pg from 'pg';
import type { AnswerWatch } from './answer-watch.js';

/**
 * The connections of a pool, handed out past it. It makes them, counts them and lets wait; but to take one from it costs a
 * timer, a turn of the event loop and a dozen calls, which is a tenth of what lies between a worker's wake-up and its claim.
 */
export class KeptConnections {
  private readonly idle: pg.PoolClient[] = [];
  private ended = false;
  /** Such a pool has to see its connections now and then. */
  private readonly renewing: boolean;

  /** The pool's connections must be `WorkerClient`s, or the watch cannot give them up. */
  constructor(
    private readonly pool: pg.Pool,
    private readonly watch: AnswerWatch,
  ) {
    const { maxUses, maxLifetimeSeconds } = pool.options;
    this.renewing = maxUses < Infinity || maxLifetimeSeconds > 0;
    pool.on('connect', (client) => client.on('error', (error) => this.broken(client, error)));
    pool.on('remove', (client) => watch.forget(client));
  }

  /** Runs one statement on a connection of its own. After an error that one is closed. */
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

  /** Resolves once statements under way have their answers. */
  end(): Promise<void> {
    this.ended = true;
    for (const client of this.idle.splice(0)) client.release();
    return this.pool.end();
  }

  private giveBack(client: pg.PoolClient): void {
    if (this.ended || this.renewing || this.pool.waitingCount > 0) client.release();
    else this.idle.push(client);
  }

  /** One that is in use tells its statement. */
  private broken(client: pg.PoolClient, error: Error): void {
    const index = this.idle.indexOf(client);
    if (index < 0) return;
    this.idle.splice(index, 1);
    client.release(error);
  }
}
