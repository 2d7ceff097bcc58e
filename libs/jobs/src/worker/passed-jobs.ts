import type { PassedJob } from './behind-search.js';

/** Jobs that were found behind the marks and wait to be claimed by their ids. */
export class PassedJobs {
  private waiting: PassedJob[] = [];
  private claimed = 0;
  private onTaken: ((claimed: number) => void) | null = null;

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Resolves, once all were taken, with how many of them were claimed. */
  offer(jobs: readonly PassedJob[]): Promise<number> {
    this.waiting = [...jobs];
    this.claimed = 0;
    return new Promise((resolve) => (this.onTaken = resolve));
  }

  /** Up to `limit` jobs of one shard, none of a lower priority than the given one. */
  take(limit: number, priority: number): PassedJob[] {
    const first = this.waiting.find((job) => job.priority <= priority);
    if (!first) return [];
    const mayGo = this.waiting.filter((job) => job.shard === first.shard && job.priority <= priority);
    const taken = new Set(mayGo.slice(0, limit));
    this.waiting = this.waiting.filter((job) => !taken.has(job));
    return [...taken];
  }

  /** Notes how many of those that were taken were claimed. */
  note(claimed: number): void {
    this.claimed += claimed;
    if (this.isEmpty) this.finish();
  }

  /** Forgets all: they are found again, if they are still due. */
  finish(): void {
    this.waiting = [];
    this.onTaken?.(this.claimed);
    this.onTaken = null;
  }
}
