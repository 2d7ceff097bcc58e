import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { NOTIFY_CHANNEL, notifyWorkers } from './sql/notify.sql.js';

export interface QueueListenerOptions {
  newClient: () => pg.Client;
  onMessage: (text: string) => void;
  /** Called on each change: whether notifications reach this process. */
  onListening: (listening: boolean, error?: unknown) => void;
}

const RECONNECT_MIN_MS = 250;
const RECONNECT_MAX_MS = 10_000;
/** A pooler can swallow LISTEN without an error: only a message that arrives proves that this process hears. */
const SELF_TEST_EVERY_MS = 60_000;
const SELF_TEST_TIMEOUT_MS = 5_000;

/** LISTEN on one connection of its own, made anew whenever it breaks or turns out to be deaf. */
export class QueueListener {
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private tries = 0;
  private awaited: { token: string; heard: () => void } | null = null;

  constructor(private readonly options: QueueListenerOptions) {}

  async start(): Promise<void> {
    if (this.stopped) return;
    const client = this.options.newClient();
    this.client = client;
    client.on('error', (error) => this.reconnect(client, error));
    client.on('end', () => this.reconnect(client, new Error('The LISTEN connection ended')));
    client.on('notification', ({ payload }) => this.hear(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${NOTIFY_CHANNEL}`);
      await this.selfTest(client);
    } catch (error) {
      this.reconnect(client, error);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => {});
  }

  private hear(text: string): void {
    if (text === this.awaited?.token) this.awaited.heard();
    else this.options.onMessage(text);
  }

  private async selfTest(client: pg.Client): Promise<void> {
    const token = `self-test ${randomUUID()}`;
    const heard = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('NOTIFY does not reach LISTEN')), SELF_TEST_TIMEOUT_MS);
      this.awaited = { token, heard: () => (clearTimeout(timer), resolve()) };
    });
    await Promise.all([heard, client.query({ text: notifyWorkers.text, values: [token] })]);
    this.awaited = null;
    this.tries = 0;
    this.options.onListening(true);
    this.later(SELF_TEST_EVERY_MS, () => this.selfTest(client).catch((error) => this.reconnect(client, error)));
  }

  private reconnect(client: pg.Client, error: unknown): void {
    if (client !== this.client || this.stopped) return;
    this.client = null;
    this.options.onListening(false, error);
    void client.end().catch(() => {});
    const pauseMs = Math.min(RECONNECT_MIN_MS * 2 ** this.tries++, RECONNECT_MAX_MS) * (0.5 + Math.random() / 2);
    this.later(pauseMs, () => this.start());
  }

  private later(ms: number, action: () => Promise<void>): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void action(), ms);
  }
}
