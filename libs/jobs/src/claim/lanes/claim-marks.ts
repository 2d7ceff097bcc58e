import type { ClaimedRow, MarkTexts } from '../../store/sql/claim/claim-jobs.sql.js';
import { arrayText } from '../../store/statement.js';
import { laneKey, type Lane } from '../../store/lane.js';
import type { LaneCount } from './lane-turns.js';

/** A place in a lane: after the job of that due time and id. */
export interface Mark {
  time: string;
  id: string;
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const NO_MARK: Readonly<Mark> = { time: '-infinity', id: FIRST_ID };
/** A transaction that inserts a job may commit so much later than a claim that would have found it. */
const LATE_COMMIT_MS = 500;
/** Where nothing else is known of a lane, what has been due for longer is left to the search behind the marks. */
export const LOOK_BACK_MS = 10_000;

/**
 * How far each lane of one shard has been claimed, so that a claim need not walk over the dead index entries that a
 * held snapshot keeps. Retries, late commits and back-dated jobs land behind a mark, so somebody has to look there.
 */
export class ClaimMarks {
  private readonly marks = new Map<string, Mark>();
  /** When a lane held no due job any more, by the server's clock. */
  private readonly emptyAt = new Map<string, number>();

  /** Where each lane goes on, as a claim takes it. */
  texts(lanes: readonly Lane[], serverMs: number | null = null): MarkTexts {
    const marks = lanes.map((lane) => this.startOf(lane, serverMs));
    return [arrayText(marks.map(({ time }) => time)), arrayText(marks.map(({ id }) => id))];
  }

  /** Where the lane goes on. Without the server's time, a lane without a mark starts at its beginning. */
  startOf({ key }: Lane, serverMs: number | null): Readonly<Mark> {
    const mark = this.marks.get(key);
    if (mark || serverMs === null) return mark ?? NO_MARK;
    const emptyAtMs = this.emptyAt.get(key);
    return before(emptyAtMs === undefined ? serverMs - LOOK_BACK_MS : emptyAtMs - LATE_COMMIT_MS);
  }

  /** Until when the lane's jobs must be due for the search behind the marks to be in charge of them. */
  passedUntil({ key }: Lane, serverMs: number): string {
    const emptyAtMs = this.emptyAt.get(key) ?? -Infinity;
    const { time } = before(Math.max(serverMs - LOOK_BACK_MS, emptyAtMs - LATE_COMMIT_MS));
    return this.marks.get(key)?.time ?? time;
  }

  /** Notes the last job claimed of each lane. Times are PostgreSQL's text of one zone, which sorts as the times do. */
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

  /** Notes which lanes held no more due jobs at that time of the server. */
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
    // A Map makes itself a new table each time, even if there is nothing to clear.
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
