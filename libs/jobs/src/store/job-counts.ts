export interface JobCounts {
  /** Largest first. */
  counts: { type: string; count: number }[];
  total: number;
  /** True if there were more jobs than are looked at: then the counts are lower bounds, and types may be missing. */
  capped: boolean;
}

/** Adds up counts by type, over queues and shards. */
export class CountTally {
  private readonly byType = new Map<string, number>();
  private capped = false;

  add(type: string, count: number): void {
    if (count > 0) this.byType.set(type, (this.byType.get(type) ?? 0) + count);
  }

  /** Notes that a read looked at `seen` rows and would have looked at no more than `limit`. */
  sawRows(seen: number, limit: number): void {
    this.capped ||= seen >= limit;
  }

  result(): JobCounts {
    const counts = [...this.byType].map(([type, count]) => ({ type, count }));
    counts.sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
    return { counts, total: counts.reduce((sum, { count }) => sum + count, 0), capped: this.capped };
  }
}
