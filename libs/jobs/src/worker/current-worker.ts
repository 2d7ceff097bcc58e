import { within } from '../support/time/within.js';
import type { DirectStarter, StartableJob, StartReservation } from '../wake/local-worker.js';
import type { JobWorker } from './job-worker.js';

/** How long a worker that was declared dead may take to end before another one starts beside it. */
const PATIENCE_MS = 10_000;

/**
 * The worker of this process. A worker keeps its id for life, so one that others have declared dead is replaced by a
 * new one.
 */
export class CurrentWorker implements DirectStarter {
  private current: JobWorker;
  /** The ends of replaced workers whose handlers or statements have not ended yet. */
  private readonly leaving = new Set<Promise<void>>();
  private draining = false;

  constructor(private readonly create: () => JobWorker) {
    this.current = create();
  }

  get worker(): JobWorker {
    return this.current;
  }

  reserve(jobs: readonly StartableJob[]): StartReservation | null {
    return this.current.claimOnInsert.reserve(jobs);
  }

  /**
   * Call it after others have declared the worker dead. It ends, and a new one starts. Rejects if the new one could not
   * be registered. Then the old one stays the current worker, and the next call tries again.
   */
  async replace(): Promise<void> {
    await within(PATIENCE_MS, this.retire(this.current));
    if (this.draining) return;
    const successor = this.create();
    try {
      await successor.start();
    } catch (error) {
      await successor.drain();
      throw error;
    }
    // It may have been set since the process started, and while the successor did.
    successor.concurrency = this.current.concurrency;
    this.current = successor;
    if (this.draining) await successor.drain();
  }

  /** Drains the worker, and waits for those that it has replaced. No other follows. */
  async drain(): Promise<void> {
    this.draining = true;
    await Promise.all([this.current.drain(), ...this.leaving]);
  }

  private retire(worker: JobWorker): Promise<void> {
    const ending = worker.retire();
    const left = () => this.leaving.delete(ending);
    this.leaving.add(ending);
    void ending.then(left, left);
    return ending;
  }
}
