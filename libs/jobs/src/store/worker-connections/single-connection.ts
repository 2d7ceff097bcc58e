import type { Executor, Statement } from '../statement.js';
import type { WorkerClient } from './worker-client.js';

/**
 * Runs statements on a single connection. It is opened when it is needed. After an error it is closed before the error
 * is thrown, and the next statement opens another one.
 */
export class SingleConnection implements Executor {
  private client: Promise<WorkerClient> | null = null;

  constructor(
    private readonly newClient: () => WorkerClient | Promise<WorkerClient>,
    /** Named statements are planned once per connection. They cannot run through a pooler. */
    private readonly named: boolean,
  ) {}

  async run<Params extends readonly unknown[], Row>(statement: Statement<Params, Row>, params: Params): Promise<Row[]> {
    const { name, text } = statement;
    const connecting = (this.client ??= this.connectKept());
    try {
      const client = await connecting;
      const { rows } = await client.query({ ...(this.named && { name }), text, values: [...params] });
      return rows as Row[];
    } catch (error) {
      if (this.client === connecting) this.client = null;
      await connecting.then((client) => client.destroy()).catch(() => {});
      throw error;
    }
  }

  async end(): Promise<void> {
    const ending = this.client;
    this.client = null;
    await ending?.then((client) => client.end()).catch(() => {});
  }

  /** Drops a connection that breaks while it is idle, so that the next statement does not fail because of it. */
  private connectKept(): Promise<WorkerClient> {
    const connecting: Promise<WorkerClient> = this.connect(() => {
      if (this.client === connecting) this.client = null;
    });
    return connecting;
  }

  private async connect(onBroken: () => void): Promise<WorkerClient> {
    const client = await this.newClient();
    // Without a listener, the event would end the process.
    client.on('error', onBroken);
    client.on('end', onBroken);
    try {
      await client.open();
    } catch (error) {
      client.destroy();
      throw error;
    }
    return client;
  }
}
