import { randomUUID } from 'node:crypto';
import { retryPauseMs } from '../support/time/retry-pause.js';
import { NOTIFY_CHANNEL, type Notification } from '../store/notification.js';
import type { WorkerClient } from '../store/worker-connections/worker-client.js';
import type { Clock } from '../support/time/clock.js';

export interface QueueListenerOptions {
  clock: Clock;
  /** Default: the channel on which workers are woken. */
  channel?: string;
  newClient: () => WorkerClient;
  onMessage: (text: string) => void;
  /** Called on each change: whether notifications reach this process. */
  onListening: (listening: boolean, error?: unknown) => void;
}

const RECONNECT = { minMs: 250, maxMs: 10_000 };
/**
 * A pooler can swallow LISTEN without an error, and a connection can be dead without notice. Only a notification that
 * arrives proves that this process hears. The sum of both times is the longest that deafness stays unnoticed.
 */
const SELF_TEST_EVERY_MS = 12_000;
const SELF_TEST_TIMEOUT_MS = 3_000;
/** From then on a poll may carry the test. At the default interval, two polls come before a separate test. */
const CARRIED_AFTER_MS = 7_000;

/** LISTEN on its own connection, replaced when it breaks or proves deaf (docs/decisions/0005-own-connections.md). */
export class QueueListener {
  /** A channel for the tests of this process only, so that they wake no other. */
  private readonly testChannel = `${NOTIFY_CHANNEL}_${randomUUID().replaceAll('-', '')}`;
  private client: WorkerClient | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private tries = 0;
  private awaited: { token: string; heard: () => void } | null = null;
  private carriedFromMs = Infinity;

  constructor(private readonly options: QueueListenerOptions) {}

  async start(): Promise<void> {
    if (this.stopped) return;
    const client = this.options.newClient();
    this.client = client;
    client.on('error', (error) => this.reconnect(client, error));
    client.on('end', () => this.reconnect(client, new Error('The LISTEN connection ended')));
    client.on('notification', ({ channel, payload }) => this.hear(channel, payload ?? ''));
    try {
      await client.open();
      await client.listenTo(this.options.channel ?? NOTIFY_CHANNEL);
      await client.listenTo(this.testChannel);
      await this.test(client, (test) => client.notify(test));
    } catch (error) {
      this.reconnect(client, error);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => {});
  }

  /**
   * Lets a statement that is sent anyway carry the test, if one is due: a notification that the process sends to itself,
   * to see that its LISTEN hears. This saves a separate statement.
   */
  carryTest<T>(run: (test: Notification | null) => Promise<T>): Promise<T> {
    const { client } = this;
    if (!client || this.options.clock.steadyMs() < this.carriedFromMs) return run(null);
    let running!: Promise<T>;
    let failed = false;
    const send = (test: Notification) => {
      running = run(test);
      running.catch(() => (failed = true));
      return running;
    };
    // A failed statement proves nothing about LISTEN. If it gets no reply, its connection may be as dead as that of
    // LISTEN.
    this.test(client, send).catch((error) => (failed ? this.testAlone(client) : this.reconnect(client, error)));
    return running;
  }

  private hear(channel: string, text: string): void {
    if (channel !== this.testChannel) this.options.onMessage(text);
    else if (text === this.awaited?.token) this.awaited.heard();
  }

  private testAlone(client: WorkerClient): void {
    if (client !== this.client) return;
    this.test(client, (test) => client.notify(test)).catch((error) => this.reconnect(client, error));
  }

  private async test(client: WorkerClient, send: (test: Notification) => Promise<unknown>): Promise<void> {
    clearTimeout(this.timer);
    this.carriedFromMs = Infinity;
    const token = randomUUID();
    const heard = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('NOTIFY does not reach LISTEN')), SELF_TEST_TIMEOUT_MS);
      timer.unref();
      this.awaited = { token, heard: () => (clearTimeout(timer), resolve()) };
    });
    await Promise.all([heard, send({ channel: this.testChannel, message: token })]);
    if (client !== this.client) return;
    this.awaited = null;
    this.tries = 0;
    this.options.onListening(true);
    this.carriedFromMs = this.options.clock.steadyMs() + CARRIED_AFTER_MS;
    this.later(SELF_TEST_EVERY_MS, () => this.testAlone(client));
  }

  private reconnect(client: WorkerClient, error: unknown): void {
    if (client !== this.client || this.stopped) return;
    this.client = null;
    this.carriedFromMs = Infinity;
    this.options.onListening(false, error);
    client.destroy();
    this.later(retryPauseMs(this.tries++, RECONNECT), () => this.start());
  }

  private later(ms: number, action: () => unknown): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(action, ms);
  }
}
