import type { LaneStart } from '../../store/sql/stats/stats-heads.sql.js';
import type { LaneHeadRow, LaneLookRow } from '../../store/sql/stats/stats-survey.sql.js';

const PRIORITIES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

/**
 * The first pending job of each lane of one shard, as of the last read. A read that starts there skips the dead index
 * entries before it, which a held snapshot keeps.
 */
export class LaneHeads {
  private heads: LaneHeadRow[] = [];
  private seenUntil: string | null = null;
  private replaced = 0;

  /** Whether all lanes have been read. */
  get areKnown(): boolean {
    return this.seenUntil !== null;
  }

  /** Changes with every `replace()`. */
  get version(): number {
    return this.replaced;
  }

  /** Stores the heads that a read has found. */
  replace(rows: readonly LaneLookRow[]): void {
    this.heads = headsAmong(rows);
    this.seenUntil = rows[0]!.seen_until;
    this.replaced++;
  }

  /** The given queues and those that had pending jobs at the last read. */
  queuesWith(queues: readonly string[]): string[] {
    return [...new Set([...queues, ...this.heads.map(({ queue }) => queue)])];
  }

  /** Where to start in every lane of the queues. `added` are queues that have not been read yet. */
  starts(queues: readonly string[], added: readonly string[] = []): LaneStart[] {
    const known = new Map(this.heads.map((head) => [laneKey(head), head]));
    const lanes = [...lanesOf(queues, this.seenUntil!), ...lanesOf(added, '-infinity')];
    return lanes.map((lane) => known.get(laneKey(lane)) ?? lane);
  }
}

function lanesOf(queues: readonly string[], start_time: string): LaneStart[] {
  return queues.flatMap((queue) =>
    PRIORITIES.map((priority) => ({ queue, priority, start_time, start_id: BEFORE_ALL_IDS })),
  );
}

export function headsAmong(rows: readonly LaneLookRow[]): LaneHeadRow[] {
  return rows.filter((row): row is LaneHeadRow => row.queue !== null);
}

function laneKey({ queue, priority }: Pick<LaneStart, 'queue' | 'priority'>): string {
  return `${priority}:${queue}`;
}
