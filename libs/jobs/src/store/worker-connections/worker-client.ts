import pg from 'pg';
import { OWN_TYPES } from '../../support/column-values.js';
import type { Notification } from '../notification.js';
import { listenTo, notifyChannel } from '../sql/enqueue/notify.sql.js';

interface ParameterStatus {
  parameterName: string;
  parameterValue: string;
}

/** What the host runs first on each new connection. */
export type OnConnect = (client: pg.ClientBase) => unknown;

/** How long a connection may take to close, in milliseconds. */
const GOODBYE_MS = 1_000;

/**
 * A connection that closes within a second. On a broken connection pg would wait many minutes for an acknowledgement,
 * and each new connection would leave another one behind.
 */
export class WorkerClient extends pg.Client {
  /** The server's major version, as it says when the connection opens; 0 if it is not known. */
  serverMajor = 0;

  constructor(
    config?: string | pg.ClientConfig,
    private readonly onConnect?: OnConnect,
  ) {
    super({ ...(typeof config === 'string' ? { connectionString: config } : config), types: OWN_TYPES });
    // The library's conversions read texts, so binary results stay off, whatever `pg.defaults` or the host's options
    // say.
    (this as { binary?: boolean }).binary = false;
    this.connection.on('parameterStatus', ({ parameterName, parameterValue }: ParameterStatus) => {
      if (parameterName === 'server_version') this.serverMajor = Number.parseInt(parameterValue) || 0;
    });
  }

  /** Connects, and runs what the host runs first on a new connection. */
  async open(): Promise<void> {
    await this.connect();
    await this.onConnect?.(this);
  }

  /** Hears what is sent to a channel. Its name must be one of the library's own, because LISTEN takes no parameters. */
  async listenTo(channel: string): Promise<void> {
    await this.query(listenTo(channel));
  }

  async notify({ channel, message }: Notification): Promise<void> {
    await this.query({ text: notifyChannel.text, values: [channel, message] });
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const timer = setTimeout(() => this.destroy(), GOODBYE_MS);
    this.once('end', () => clearTimeout(timer));
    if (callback) return super.end(callback);
    return super.end().finally(() => clearTimeout(timer));
  }

  /** Closes the socket at once. A running statement fails with the reason, and later errors are ignored. */
  destroy(reason?: Error): void {
    if (this.listenerCount('error') === 0) this.on('error', () => {});
    this.connection.stream.destroy(reason);
  }
}
