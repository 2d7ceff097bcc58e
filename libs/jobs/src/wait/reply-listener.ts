import { randomUUID } from 'node:crypto';
import { NOTIFY_CHANNEL } from '../store/notification.js';
import type { WorkerClient } from '../store/worker-connections/worker-client.js';
import { QueueListener } from '../wake/queue-listener.js';
import type { Clock } from '../support/time/clock.js';

export interface ReplyListenerOptions {
  clock: Clock;
  /** Null where LISTEN cannot work. */
  newClient: (() => WorkerClient) | null;
  onMessage: (text: string) => void;
  /** What was sent before has been missed. */
  onListening: () => void;
}

/** How long the connection stays open without a waiting call. */
const CLOSED_AFTER_MS = 60_000;

/** Hears what workers tell this process: one connection for all its waiting calls, opened with the first of them. */
export class ReplyListener {
  readonly channel = `${NOTIFY_CHANNEL}_${randomUUID().replaceAll('-', '')}`;
  private listener: QueueListener | null = null;
  private closing: NodeJS.Timeout | undefined;

  constructor(private readonly options: ReplyListenerOptions) {}

  open(): void {
    clearTimeout(this.closing);
    const { clock, newClient, onMessage, onListening } = this.options;
    if (this.listener || !newClient) return;
    const { channel } = this;
    this.listener = new QueueListener({
      clock,
      channel,
      newClient,
      onMessage,
      onListening: (listening) => listening && onListening(),
    });
    void this.listener.start();
  }

  /** No call waits. */
  closeLater(): void {
    clearTimeout(this.closing);
    this.closing = setTimeout(() => void this.close(), CLOSED_AFTER_MS).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.closing);
    const { listener } = this;
    this.listener = null;
    await listener?.stop();
  }
}
