import type { WorkerStatus } from '../state/worker-status.js';
import type { Clock } from '../support/time/clock.js';

export interface LostLeaseOptions {
  clock: Clock;
  status: Pick<WorkerStatus, 'leaseHeld' | 'leaseLostInVainSinceMs'>;
  /** Any statement, on another connection than the lease's. */
  ping: () => Promise<unknown>;
}

/**
 * Records how long the lease has been lost although the database answers. A restart helps then, and does not help in an
 * outage. Call `look` every few seconds.
 */
export class LostLease {
  private looking = false;

  constructor(private readonly options: LostLeaseOptions) {}

  async look(): Promise<void> {
    const { status, ping, clock } = this.options;
    if (status.leaseHeld) status.leaseLostInVainSinceMs = null;
    if (status.leaseHeld || this.looking) return;
    this.looking = true;
    const sinceMs = clock.steadyMs();
    const answers = await ping().then(
      () => true,
      () => false,
    );
    this.looking = false;
    if (status.leaseHeld || !answers) status.leaseLostInVainSinceMs = null;
    else status.leaseLostInVainSinceMs ??= sinceMs;
  }
}
