/** A due job behind the marks. */
export interface PassedJob {
  readonly shard: number;
  readonly id: string;
  /** Its last run. While the row still has it, no other worker has taken the job. */
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

  /** Takes up to `limit` jobs of one shard, none of a lower priority than `priority`. */
  take(limit: number, priority: number): PassedJob[] {
    const first = this.waiting.find((job) => job.priority <= priority);
    if (!first) return [];
    const mayGo = this.waiting.filter((job) => job.shard === first.shard && job.priority <= priority);
    const taken = new Set(mayGo.slice(0, limit));
    this.waiting = this.waiting.filter((job) => !taken.has(job));
    return [...taken];
  }

  /** Forgets jobs of lanes that may not be claimed from now. */
  forget(lanes: ReadonlySet<string>): void {
    this.waiting = this.waiting.filter(({ lane }) => !lanes.has(lane));
    this.asked();
  }

  /** Call it once a claim has asked for the jobs taken. */
  asked(): void {
    if (this.isEmpty) this.finish();
  }

  /** Forgets all jobs. The next round finds them again if they are still due. */
  finish(): void {
    this.waiting = [];
    this.onAsked?.();
    this.onAsked = null;
  }
}
