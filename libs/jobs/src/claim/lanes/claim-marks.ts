import type { ClaimedRow } from '../../store/sql/claim/claim-jobs.sql.js';
import { laneKey, type Lane, type Mark } from '../../store/lane.js';
import type { LaneCount } from './lane-turns.js';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const NO_MARK: Readonly<Mark> = { time: '-infinity', id: FIRST_ID };
/** How long after its due time a job may be committed, and still be found by claims. */
const LATE_COMMIT_MS = 500;
/** Without a mark, a lane starts this long ago. Older jobs are left to the search behind the marks. */
export const LOOK_BACK_MS = 10_000;

/**
 * The marks of one shard: how far each lane has been claimed. A claim that starts at a mark skips the dead index
 * entries that a held snapshot keeps (docs/decisions/0022-claim-marks.md). Retries, late commits and back-dated jobs
 * land behind a mark, so something else has to look there.
 */
export class ClaimMarks {
  private readonly marks = new Map<string, Mark>();
  /** When each lane was last found empty, by the server's clock. */
  private readonly emptyAt = new Map<string, number>();

  /** Where each lane continues. */
  startsOf(lanes: readonly Lane[], serverMs: number | null = null): Readonly<Mark>[] {
    return lanes.map((lane) => this.startOf(lane, serverMs));
  }

  /** Where the lane continues. Without a mark and the server's time, at its beginning. */
  startOf({ key }: Lane, serverMs: number | null): Readonly<Mark> {
    const mark = this.marks.get(key);
    if (mark || serverMs === null) return mark ?? NO_MARK;
    const emptyAtMs = this.emptyAt.get(key);
    return before(emptyAtMs === undefined ? serverMs - LOOK_BACK_MS : emptyAtMs - LATE_COMMIT_MS);
  }

  /** The due time up to which the search behind the marks looks in this lane. */
  passedUntil({ key }: Lane, serverMs: number): string {
    const emptyAtMs = this.emptyAt.get(key) ?? -Infinity;
    const { time } = before(Math.max(serverMs - LOOK_BACK_MS, emptyAtMs - LATE_COMMIT_MS));
    return this.marks.get(key)?.time ?? time;
  }

  /** Lanes without a mark get one at their very beginning, as if nothing were known of when they were empty. */
  beginAt(lanes: readonly Lane[]): void {
    for (const { key } of lanes) if (!this.marks.has(key)) this.marks.set(key, { ...NO_MARK });
  }

  /** Moves marks to the last job claimed of each lane. Due times compare as text, because all are in one zone. */
  advance(rows: readonly ClaimedRow[]): void {
    let lane: Pick<ClaimedRow, 'queue' | 'priority'> | undefined;
    let mark!: Mark;
    for (const row of rows) {
      if (lane?.queue !== row.queue || lane.priority !== row.priority) mark = this.markOf((lane = row));
      const { scheduled_at: time, id } = row;
      if (time < mark.time || (time === mark.time && id <= mark.id)) continue;
      mark.time = time;
      mark.id = id;
    }
  }

  /** Records which lanes were empty at that time of the server. */
  noteEmpty(lanes: readonly LaneCount[], serverMs: number): void {
    for (const { lane, isEmpty } of lanes) {
      if (!isEmpty) continue;
      this.marks.delete(lane.key);
      this.emptyAt.set(lane.key, serverMs);
    }
  }

  get isEmpty(): boolean {
    return this.marks.size === 0;
  }

  clear(): void {
    // `clear()` allocates a new table even for an empty Map.
    if (this.marks.size > 0) this.marks.clear();
    if (this.emptyAt.size > 0) this.emptyAt.clear();
  }

  private markOf({ queue, priority }: Pick<ClaimedRow, 'queue' | 'priority'>): Mark {
    const key = laneKey(queue, priority);
    const mark = this.marks.get(key) ?? { ...NO_MARK };
    this.marks.set(key, mark);
    return mark;
  }
}

function before(serverMs: number): Mark {
  return { time: new Date(serverMs).toISOString(), id: FIRST_ID };
}
