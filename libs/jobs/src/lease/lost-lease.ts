import type { WorkerStatus } from '../state/worker-status.js';

export interface LostLeaseOptions {
  status: Pick<WorkerStatus, 'leaseHeld' | 'leaseLostInVainSinceMs'>;
  /** Asks the database anything, on a connection other than that of the lease. */
  ping: () => Promise<unknown>;
}

/**
 * Notes for how long the lease has been lost although the database answers. A restart mends that, and not an outage. Call
 * `look` every few seconds.
 */
export class LostLease {
  private looking = false;

  constructor(private readonly options: LostLeaseOptions) {}

  async look(): Promise<void> {
    const { status, ping } = this.options;
    if (status.leaseHeld) status.leaseLostInVainSinceMs = null;
    if (status.leaseHeld || this.looking) return;
    this.looking = true;
    const sinceMs = performance.now();
    const answers = await ping().then(
      () => true,
      () => false,
    );
    this.looking = false;
    if (status.leaseHeld || !answers) status.leaseLostInVainSinceMs = null;
    else status.leaseLostInVainSinceMs ??= sinceMs;
  }
}
