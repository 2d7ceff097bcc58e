import { nsToMs, type Clock } from '../../support/time/clock.js';

/**
 * The numbers that the main thread and the heartbeat thread share. Each can read them while the other is blocked. Times
 * are from `Clock.sharedNs()`.
 */
export class SharedLeaseState {
  private readonly counters: Int32Array;
  private readonly times: BigInt64Array;

  constructor(
    private readonly clock: Clock,
    readonly memory = new SharedArrayBuffer(16),
  ) {
    this.counters = new Int32Array(memory, 0, 2);
    this.times = new BigInt64Array(memory, 8, 1);
  }

  /** The main thread's event loop turns. */
  beat(): void {
    Atomics.add(this.counters, 0, 1);
  }

  get beats(): number {
    return Atomics.load(this.counters, 0);
  }

  /** How many jobs the worker may run at once, for its row. */
  set slots(slots: number) {
    Atomics.store(this.counters, 1, slots);
  }

  get slots(): number {
    return Atomics.load(this.counters, 1);
  }

  /** Takes the time at which the statement that renewed the lease was sent. */
  renewed(sentNs: bigint): void {
    Atomics.store(this.times, 0, sentNs);
  }

  /** Milliseconds since the last renewal was sent. */
  get sinceRenewalMs(): number {
    return nsToMs(this.clock.sharedNs() - Atomics.load(this.times, 0));
  }
}
