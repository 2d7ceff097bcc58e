/** A due job that claims have passed. */
export interface PassedJob {
  readonly shard: number;
  readonly id: string;
  /** Of its last run, by which a claim sees whether anybody has taken it since. */
  readonly run: number;
  readonly priority: number;
  /** The key of its lane. */
  readonly lane: string;
}

/** Jobs that were found behind the marks and wait to be claimed by their ids. */
export class PassedJobs {
  private waiting: PassedJob[] = [];
  private onAsked: (() => void) | null = null;

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** Resolves once claims have asked for all of them. */
  offer(jobs: readonly PassedJob[]): Promise<void> {
    this.waiting = [...jobs];
    return new Promise((resolve) => (this.onAsked = resolve));
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

  /** Forgets those of lanes from which nothing may be claimed now. */
  forget(lanes: ReadonlySet<string>): void {
    this.waiting = this.waiting.filter(({ lane }) => !lanes.has(lane));
    this.asked();
  }

  /** A claim has asked for what was taken. */
  asked(): void {
    if (this.isEmpty) this.finish();
  }

  /** Forgets all. What is forgotten is found again, if it is still due. */
  finish(): void {
    this.waiting = [];
    this.onAsked?.();
    this.onAsked = null;
  }
}
