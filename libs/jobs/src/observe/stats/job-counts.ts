export interface JobCounts {
  /** Largest first. */
  counts: { type: string; count: number }[];
  total: number;
  /** True if there were more jobs than the limit. The counts are then lower bounds, and types may be missing. */
  capped: boolean;
  /** Queues with more pending jobs than the limit; left out if there are none. Counts of other queues are complete. */
  cappedQueues?: string[];
}

/** The answer while nothing has been counted yet: a lower bound of zero. */
export const NOTHING_KNOWN: JobCounts = { counts: [], total: 0, capped: true };

/** The pending jobs of one queue. */
export interface QueuePending {
  jobs: number;
  /** True if there were more than are counted. */
  capped: boolean;
}

/** The counts of one lane. */
export interface LaneTally {
  queue: string;
  jobs: number;
  byType: ReadonlyMap<string, number>;
}

/** Adds up counts by type over lanes and shards. */
export class CountTally {
  private readonly byType = new Map<string, number>();
  private readonly cappedQueues = new Set<string>();
  private readonly queues = new Map<string, QueuePending>();
  private capped = false;

  add(type: string, count: number): void {
    if (count > 0) this.byType.set(type, (this.byType.get(type) ?? 0) + count);
  }

  /** Marks the counts as capped if a read has returned as many rows as its limit. */
  sawRows(seen: number, limit: number): void {
    this.capped ||= seen >= limit;
  }

  /** Does `add` and `sawRows` for one lane. */
  addLane({ queue, jobs, byType }: LaneTally, limit: number): void {
    for (const [type, count] of byType) this.add(type, count);
    this.sawRows(jobs, limit);
    if (jobs >= limit) this.cappedQueues.add(queue);
    const known = this.queues.get(queue) ?? { jobs: 0, capped: false };
    this.queues.set(queue, { jobs: known.jobs + jobs, capped: known.capped || jobs >= limit });
  }

  /** The jobs of the lanes by queue. */
  byQueue(): ReadonlyMap<string, QueuePending> {
    return this.queues;
  }

  result(): JobCounts {
    const counts = [...this.byType].map(([type, count]) => ({ type, count }));
    counts.sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
    const total = counts.reduce((sum, { count }) => sum + count, 0);
    const cappedQueues = [...this.cappedQueues].sort();
    return { counts, total, capped: this.capped, ...(cappedQueues.length > 0 && { cappedQueues }) };
  }
}
