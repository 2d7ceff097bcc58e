import type { WorkerStatus } from '../job/worker-status.js';
import type { LeaseOptions } from '../jobs.options.js';
import type { FleetStore } from '../store/fleet.store.js';
import type { FleetRow } from '../store/sql/worker-lease.sql.js';

export interface LeaseEvents {
  /** Others have declared this worker dead: what it runs is no longer its own. */
  onDead: () => Promise<void>;
  /** The lease could not be renewed for too long: stop before others may take the jobs. */
  onFence: () => void;
  /** A round that reached the database, with the fleet as it stands. */
  onRound: (fleet: FleetRow) => Promise<void>;
  onError: (error: unknown) => void;
}

/**
 * Shows every few seconds that this worker lives. One row per process is the lease of all its jobs. A worker fences
 * itself before others may declare it dead, so that no two workers run a job at once.
 */
export class Lease {
  private renewTimer: NodeJS.Timeout | undefined;
  private fenceTimer: NodeJS.Timeout | undefined;
  private renewedMs = performance.now();
  private round: Promise<void> | null = null;

  constructor(
    private readonly fleet: FleetStore,
    private readonly options: LeaseOptions,
    private readonly status: WorkerStatus,
    private readonly identity: () => { id: string; slots: number },
    private readonly events: LeaseEvents,
  ) {}

  start(): void {
    this.renewedMs = performance.now();
    this.renewTimer = setInterval(() => void this.renew(), this.options.renewMs);
    this.fenceTimer = setInterval(() => this.fence(), Math.min(1_000, this.options.renewMs));
  }

  async stop(): Promise<void> {
    clearInterval(this.renewTimer);
    clearInterval(this.fenceTimer);
    await this.round;
  }

  /** One round at a time: a slow database must not pile them up. */
  renew(): Promise<void> {
    this.round ??= this.renewOnce().finally(() => (this.round = null));
    return this.round;
  }

  private async renewOnce(): Promise<void> {
    const { id, slots } = this.identity();
    const askedMs = performance.now();
    try {
      const fleet = await this.fleet.renew(id, slots);
      const own = fleet.workers.find((worker) => worker.id === id);
      if (!own || own.dead) await this.events.onDead();
      this.renewedMs = askedMs;
      this.status.leaseHeld = true;
      await this.events.onRound(fleet);
    } catch (error) {
      this.events.onError(error);
    }
  }

  private fence(): void {
    if (!this.status.leaseHeld || performance.now() - this.renewedMs <= this.options.fenceAfterMs) return;
    this.status.leaseHeld = false;
    this.events.onFence();
  }
}
