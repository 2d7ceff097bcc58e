import type { LaneStartParams } from '../../store/sql/stats/stats-heads.sql.js';
import type { LaneHeadRow, LaneLookRow } from '../../store/sql/stats/stats-survey.sql.js';

const PRIORITIES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

interface LaneStart {
  queue: string;
  priority: number;
  start_time: string;
  start_id: string;
}

/**
 * Where the pending jobs of each lane of one shard began when it was last looked at. A look that starts there need not
 * step over the dead entries before it, which a held snapshot keeps.
 */
export class LaneHeads {
  private heads: LaneHeadRow[] = [];
  private seenUntil: string | null = null;
  private replaced = 0;

  /** Whether all lanes have been looked at. */
  get areKnown(): boolean {
    return this.seenUntil !== null;
  }

  /** Changes with every look that is taken. */
  get version(): number {
    return this.replaced;
  }

  /** Takes the heads that a look has found. */
  replace(rows: readonly LaneLookRow[]): void {
    this.heads = headsAmong(rows);
    this.seenUntil = rows[0]!.seen_until;
    this.replaced++;
  }

  /** These queues and those that had pending jobs. */
  queuesWith(queues: readonly string[]): string[] {
    return [...new Set([...queues, ...this.heads.map(({ queue }) => queue)])];
  }

  /** Where to start in every lane of some queues; `added` are queues that no look has been at yet. */
  starts(queues: readonly string[], added: readonly string[] = []): LaneStartParams {
    const known = new Map(this.heads.map((head) => [laneKey(head), head]));
    const lanes = [...lanesOf(queues, this.seenUntil!), ...lanesOf(added, '-infinity')];
    return startParams(lanes.map((lane) => known.get(laneKey(lane)) ?? lane));
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

export function startParams(lanes: readonly LaneStart[]): LaneStartParams {
  return [
    lanes.map(({ queue }) => queue),
    lanes.map(({ priority }) => priority),
    lanes.map(({ start_time }) => start_time),
    lanes.map(({ start_id }) => start_id),
  ];
}

function laneKey({ queue, priority }: Pick<LaneStart, 'queue' | 'priority'>): string {
  return `${priority}:${queue}`;
}
