import type { ClaimedRow, LaneTexts } from '../store/sql/claim-jobs.sql.js';
import { arrayText } from '../store/statement.js';

const NO_TIME = '-infinity';
const NO_ID = '00000000-0000-0000-0000-000000000000';
const PRIORITIES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

interface Mark {
  time: string;
  id: string;
}

/** Lanes in the order in which a claim searches them: priority first, the queues of one priority in turn. */
export interface Lanes {
  queues: string[];
  priorities: number[];
  times: string[];
  ids: string[];
}

/**
 * How far each lane of one shard has been claimed, so that a claim need not walk over the dead index entries that a
 * held snapshot keeps. Only a shortcut while claims come back full: retries, late commits and back-dated jobs land
 * behind a mark, so an idle worker and every second or so any worker claims without marks.
 */
export class ClaimMarks {
  private readonly marks = new Map<string, Mark>();

  lanes(queues: readonly string[], marked: boolean): Lanes {
    const lanes: Lanes = { queues: [], priorities: [], times: [], ids: [] };
    for (const priority of PRIORITIES)
      for (const queue of queues) {
        const mark = marked ? this.marks.get(laneKey(queue, priority)) : undefined;
        lanes.queues.push(queue);
        lanes.priorities.push(priority);
        lanes.times.push(mark?.time ?? NO_TIME);
        lanes.ids.push(mark?.id ?? NO_ID);
      }
    return lanes;
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

  private markOf({ queue, priority }: Pick<ClaimedRow, 'queue' | 'priority'>): Mark {
    const key = laneKey(queue, priority);
    const mark = this.marks.get(key) ?? { time: NO_TIME, id: NO_ID };
    this.marks.set(key, mark);
    return mark;
  }

  get isEmpty(): boolean {
    return this.marks.size === 0;
  }

  clear(): void {
    // A Map makes itself a new table each time, even if there is nothing to clear.
    if (!this.isEmpty) this.marks.clear();
  }
}

/** As a claim takes them. */
export function laneTexts({ queues, priorities, times, ids }: Lanes): LaneTexts {
  return [arrayText(queues), arrayText(priorities), arrayText(times), arrayText(ids)];
}

function laneKey(queue: string, priority: number): string {
  return `${priority}:${queue}`;
}
