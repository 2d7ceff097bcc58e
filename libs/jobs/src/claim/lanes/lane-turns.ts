import type { ClaimedRow } from '../../store/sql/claim/claim-jobs.sql.js';
import { laneKey, type Lane } from '../../store/lane.js';

export interface ClaimPlan {
  /** In the order in which they are searched. */
  readonly lanes: readonly Lane[];
  /**
   * How many jobs each lane may give. Null if there is no limit. With limits, lanes of lower priorities are left out,
   * so a claim that finds too few jobs does not prove that there are no more.
   */
  readonly limits: readonly number[] | null;
}

/** What a claim learned about a lane: whether it is empty now. */
export interface LaneCount {
  readonly lane: Lane;
  readonly isEmpty: boolean;
}

/** Absorbs rounding errors of the sums, which would otherwise make a limit of 1 out of 0. */
const ROUNDING = 1e-6;

interface Share {
  /** How many jobs the lane has given, divided by its weight. The lane with the lowest number is next. */
  served: number;
  /** Whether the last claim took all that the lane might give. */
  hasMore: boolean;
}

/**
 * Shares claims between the queues of one priority, in proportion to their weights (stride scheduling,
 * docs/decisions/0019-lanes.md). The lane that has given least is next. A lane that was empty does not catch up on what
 * it missed.
 */
export class LaneTurns {
  private readonly shares = new Map<string, Share>();
  /** By priority: the lowest `served` that a lane may count with. */
  private readonly floors = new Map<number, number>();

  constructor(private readonly weightOf: (queue: string) => number = () => 1) {}

  /** Plans a claim of `limit` jobs. The lanes must be sorted by priority. */
  plan(lanes: readonly Lane[], limit: number): ClaimPlan {
    const planned: Lane[] = [];
    for (const group of byPriority(lanes)) {
      if (group.length > 1) group.sort((a, b) => this.servedOf(a) - this.servedOf(b));
      const waiting = group.filter((lane) => this.shares.get(lane.key)?.hasMore);
      if (waiting.length > 1) {
        const limits = this.limits(waiting, limit);
        planned.push(...group.filter((lane) => limits.get(lane) !== 0));
        return { lanes: planned, limits: planned.map((lane) => limits.get(lane) ?? limit) };
      }
      planned.push(...group);
    }
    return { lanes: planned, limits: null };
  }

  /** Records what a claim of `limit` jobs found, and returns what it learned about the lanes that it reached. */
  note({ lanes, limits }: ClaimPlan, limit: number, rows: readonly ClaimedRow[]): LaneCount[] {
    const counts = countByLane(rows);
    const floors = new Map<number, number>();
    const reached: LaneCount[] = [];
    let left = limit;
    for (const [i, lane] of lanes.entries()) {
      const allowed = Math.min(limits?.[i] ?? limit, left);
      if (allowed === 0) break;
      const given = counts.get(lane.key) ?? 0;
      left -= given;
      if (given > 0 && !floors.has(lane.priority)) floors.set(lane.priority, this.servedOf(lane));
      this.count(lane, given, given === allowed);
      reached.push({ lane, isEmpty: given < allowed });
    }
    for (const [priority, floor] of floors) this.floors.set(priority, floor);
    return reached;
  }

  /** Sorts claimed jobs into the order in which they start: by priority, and the queues of one priority in turn. */
  inTurn(rows: readonly ClaimedRow[]): ClaimedRow[] {
    const counts = new Map<string, number>();
    const ranked = rows.map((row) => {
      const key = laneKey(row.queue, row.priority);
      const before = counts.get(key) ?? 0;
      counts.set(key, before + 1);
      return { row, rank: before / this.weightOf(row.queue) };
    });
    ranked.sort((a, b) => a.row.priority - b.row.priority || a.rank - b.rank);
    return ranked.map(({ row }) => row);
  }

  private count(lane: Lane, given: number, hasMore: boolean): void {
    const share = this.shares.get(lane.key);
    if (given > 0)
      this.shares.set(lane.key, { served: this.servedOf(lane) + given / this.weightOf(lane.queue), hasMore });
    else if (share) share.hasMore = hasMore;
  }

  private servedOf({ key, priority }: Lane): number {
    return Math.max(this.shares.get(key)?.served ?? 0, this.floors.get(priority) ?? 0);
  }

  /** The limits that make the lanes as even as possible, starting with the one that has given least. */
  private limits(lanes: readonly Lane[], limit: number): Map<Lane, number> {
    let weights = 0;
    let weighed = 0;
    let level = 0;
    for (const lane of lanes) {
      const weight = this.weightOf(lane.queue);
      const served = this.servedOf(lane);
      if (weights > 0 && served >= level) break;
      weights += weight;
      weighed += served * weight;
      level = (limit + weighed) / weights;
    }
    return new Map(
      lanes.map((lane) => {
        const share = (level - this.servedOf(lane)) * this.weightOf(lane.queue);
        return [lane, Math.max(0, Math.ceil(share - ROUNDING))];
      }),
    );
  }
}

function byPriority(lanes: readonly Lane[]): Lane[][] {
  const groups: Lane[][] = [];
  for (const lane of lanes) {
    const group = groups.at(-1);
    if (group?.[0]!.priority === lane.priority) group.push(lane);
    else groups.push([lane]);
  }
  return groups;
}

function countByLane(rows: readonly ClaimedRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0, start = 0; i < rows.length; start = i) {
    const { queue, priority } = rows[start]!;
    while (i < rows.length && rows[i]!.queue === queue && rows[i]!.priority === priority) i++;
    const key = laneKey(queue, priority);
    counts.set(key, (counts.get(key) ?? 0) + i - start);
  }
  return counts;
}
