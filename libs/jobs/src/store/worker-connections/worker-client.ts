import pg from 'pg';
import { OWN_TYPES } from '../../support/column-values.js';

interface ParameterStatus {
  parameterName: string;
  parameterValue: string;
}

/** What a host has each of its new connections do, before anything else is done with it. */
export type OnConnect = (client: pg.ClientBase) => unknown;

/** How long a connection may take over saying goodbye, in milliseconds. */
const GOODBYE_MS = 1_000;

/**
 * A connection that ends when it is told to. On a line that leads nowhere the goodbye would wait a quarter of an hour for
 * its acknowledgement, and each connection made anew meanwhile would leave another one behind.
 */
export class WorkerClient extends pg.Client {
  /** The server's major version, as it says itself when the connection is made; 0 before, and where it says nothing. */
  serverMajor = 0;

  constructor(
    config?: string | pg.ClientConfig,
    private readonly onConnect?: OnConnect,
  ) {
    super({ ...(typeof config === 'string' ? { connectionString: config } : config), types: OWN_TYPES });
    // The conversions are of texts, whatever `pg.defaults` or the host's options ask for.
    (this as { binary?: boolean }).binary = false;
    this.connection.on('parameterStatus', ({ parameterName, parameterValue }: ParameterStatus) => {
      if (parameterName === 'server_version') this.serverMajor = Number.parseInt(parameterValue) || 0;
    });
  }

  /** Connects, and does what a new connection has to do first. */
  async open(): Promise<void> {
    await this.connect();
    await this.onConnect?.(this);
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const timer = setTimeout(() => this.destroy(), GOODBYE_MS);
    this.once('end', () => clearTimeout(timer));
    if (callback) return super.end(callback);
    return super.end().finally(() => clearTimeout(timer));
  }

  /**
   * Without a goodbye: the line is not trusted any more. A statement under way fails with the reason. Errors that come
   * after are nobody's concern.
   */
  destroy(reason?: Error): void {
    if (this.listenerCount('error') === 0) this.on('error', () => {});
    this.connection.stream.destroy(reason);
  }
}
