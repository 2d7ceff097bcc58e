import type { Delivery, Order } from '../child/producer.js';
import type { Child } from './child.js';

/** What a producer process enqueues while a scenario goes on. */
export class Load {
  /** Ids that the producer was told are enqueued. */
  readonly acked: string[] = [];
  /** Jobs whose enqueuing threw; whether they are in the table is not known. */
  refused = 0;
  readonly errors = new Set<string>();
  private readonly startedMs = performance.now();
  private readonly stopped: Promise<void>;

  constructor(
    private readonly producer: Child,
    order: Order,
  ) {
    this.stopped = new Promise((resolve) => {
      producer.onMessage((message) => {
        const { delivery, stopped } = message as { delivery?: Delivery; stopped?: boolean };
        if (delivery) this.take(delivery);
        if (stopped) resolve();
      });
    });
    producer.send({ order });
  }

  /** Acknowledged jobs per second so far. */
  get perSecond(): number {
    return this.acked.length / ((performance.now() - this.startedMs) / 1_000);
  }

  async stop(): Promise<void> {
    this.producer.send({ stop: true });
    await Promise.race([this.stopped, this.producer.ended]);
  }

  private take({ acked, failed, error }: Delivery): void {
    this.acked.push(...acked);
    this.refused += failed;
    if (error) this.errors.add(error);
  }
}
