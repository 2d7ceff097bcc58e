export interface JobCounts {
  /** Largest first. */
  counts: { type: string; count: number }[];
  total: number;
  /** True if there were more jobs than are looked at: then the counts are lower bounds, and types may be missing. */
  capped: boolean;
  /** Of pending jobs, the queues that had more than are looked at; left out if there is none. In all others, nothing is missing. */
  cappedQueues?: string[];
}

/** What is known of nothing yet: at least none. */
export const NOTHING_KNOWN: JobCounts = { counts: [], total: 0, capped: true };

/** What was counted of one priority of a queue. */
export interface LaneTally {
  queue: string;
  jobs: number;
  byType: ReadonlyMap<string, number>;
}

/** Adds up counts by type, over queues and shards. */
export class CountTally {
  private readonly byType = new Map<string, number>();
  private readonly cappedQueues = new Set<string>();
  private capped = false;

  add(type: string, count: number): void {
    if (count > 0) this.byType.set(type, (this.byType.get(type) ?? 0) + count);
  }

  /** Notes that a read looked at `seen` rows and would have looked at no more than `limit`. */
  sawRows(seen: number, limit: number): void {
    this.capped ||= seen >= limit;
  }

  /** As `add` and `sawRows`, for one lane. */
  addLane({ queue, jobs, byType }: LaneTally, limit: number): void {
    for (const [type, count] of byType) this.add(type, count);
    this.sawRows(jobs, limit);
    if (jobs >= limit) this.cappedQueues.add(queue);
  }

  result(): JobCounts {
    const counts = [...this.byType].map(([type, count]) => ({ type, count }));
    counts.sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
    const total = counts.reduce((sum, { count }) => sum + count, 0);
    const cappedQueues = [...this.cappedQueues].sort();
    return { counts, total, capped: this.capped, ...(cappedQueues.length > 0 && { cappedQueues }) };
  }
}
