/** The queues that a worker claims from: its own, without those that are paused for the whole fleet. */
export class ClaimedQueues {
  private pausedQueues: readonly string[] = [];

  constructor(private readonly own: readonly string[]) {}

  /** Of this worker's queues. */
  get paused(): string[] {
    return this.own.filter((queue) => this.pausedQueues.includes(queue));
  }

  get current(): string[] {
    return this.own.filter((queue) => !this.pausedQueues.includes(queue));
  }

  /** Notes which queues are paused now, and returns whether one of them has been resumed. */
  pause(queues: readonly string[]): boolean {
    const resumed = this.pausedQueues.some((queue) => !queues.includes(queue));
    this.pausedQueues = queues;
    return resumed;
  }
}
