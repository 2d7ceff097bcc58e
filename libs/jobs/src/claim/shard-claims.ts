import type { ClaimStore } from '../store/stages/claim.store.js';
import type { ClaimedRow } from '../store/sql/claim/claim-jobs.sql.js';
import { ClaimMarks } from './lanes/claim-marks.js';
import type { ScanRange } from './scan-policy.js';
import type { Lane } from '../store/lane.js';
import { LaneTurns, type ClaimPlan, type LaneCount } from './lanes/lane-turns.js';
import type { PausedTypes } from './paused-types.js';

export interface ShardClaim {
  rows: ClaimedRow[];
  /** What the claim learned about the lanes that it reached. Empty where no one needs it. */
  lanes: LaneCount[];
  isPartial: boolean;
}

export interface ShardClaimsOptions {
  shard: number;
  claims: Pick<ClaimStore, 'claim' | 'claimAhead'>;
  workerId: string;
  weightOf: (queue: string) => number;
  types: Pick<PausedTypes, 'leftOut'>;
}

/** Claims jobs of one shard. Remembers how far each lane has been claimed, and how much each has given. */
export class ShardClaims {
  readonly marks = new ClaimMarks();
  private readonly turns: LaneTurns;

  constructor(private readonly options: ShardClaimsOptions) {
    this.turns = new LaneTurns(options.weightOf);
  }

  /** `serverMs` is the server's time if claims are guarded, else null. */
  async claim(lanes: readonly Lane[], limit: number, range: ScanRange, serverMs: number | null): Promise<ShardClaim> {
    const isOnlyQueue = lanes.at(0)?.queue === lanes.at(-1)?.queue;
    const plan = isOnlyQueue ? { lanes, limits: null } : this.turns.plan(lanes, limit);
    const rows = await this.send(plan, limit, range, serverMs);
    const counts = isOnlyQueue && serverMs === null ? [] : this.turns.note(plan, limit, rows);
    this.note(rows, limit, range, counts, serverMs);
    rows.sort(byPriorityThenDue);
    const inTurn = isOnlyQueue ? rows : this.turns.inTurn(rows);
    return { rows: inTurn, lanes: counts, isPartial: plan.limits !== null };
  }

  private send(plan: ClaimPlan, limit: number, range: ScanRange, serverMs: number | null): Promise<ClaimedRow[]> {
    const { shard, claims, workerId, types } = this.options;
    const { lanes, limits } = plan;
    const request = { shard, limit, workerId, lanes };
    const leftOut = types.leftOut(serverMs !== null);
    if (range === 'all' && !limits && !leftOut) return claims.claim(request);
    const marks = range === 'all' ? new ClaimMarks() : this.marks;
    return claims.claimAhead({
      ...request,
      marks: marks.startsOf(lanes, serverMs),
      laneLimits: limits ?? lanes.map(() => limit),
      untouchedOnly: range === 'untouched',
      leftOut,
    });
  }

  private note(
    rows: ClaimedRow[],
    limit: number,
    range: ScanRange,
    counts: readonly LaneCount[],
    serverMs: number | null,
  ): void {
    if (serverMs === null && rows.length < limit) return this.marks.clear();
    this.marks.advance(rows);
    if (serverMs !== null && range === 'ahead') this.marks.noteEmpty(counts, serverMs);
  }
}

/** `returning` promises no order. */
export function byPriorityThenDue(a: ClaimedRow, b: ClaimedRow): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  if (a.scheduled_at !== b.scheduled_at) return a.scheduled_at < b.scheduled_at ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
