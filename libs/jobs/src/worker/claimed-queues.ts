import type { WorkerStatus } from '../job/worker-status.js';

/** The queues that a worker claims from: its own, except those that are paused. */
export class ClaimedQueues {
  private paused: readonly string[] = [];

  constructor(
    private readonly own: readonly string[],
    private readonly status: WorkerStatus,
  ) {}

  get names(): string[] {
    return this.own.filter((queue) => !this.paused.includes(queue));
  }

  /** Pauses these and no others; true if a queue was paused and no longer is. */
  pause(queues: readonly string[]): boolean {
    const resumed = this.paused.some((queue) => !queues.includes(queue));
    this.paused = queues;
    this.status.pausedQueues = queues.filter((queue) => this.own.includes(queue));
    return resumed;
  }
}
