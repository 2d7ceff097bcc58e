import type { ClaimedRow, LaneTexts, MarkTexts } from '../store/sql/claim-jobs.sql.js';
import { arrayText } from '../store/statement.js';

const PRIORITIES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

interface Mark {
  time: string;
  id: string;
}

const NO_MARK: Readonly<Mark> = { time: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

/** Lanes in the order in which a claim searches them: priority first, the queues of one priority in turn. */
export interface Lanes {
  queues: string[];
  priorities: number[];
}

export function lanesOf(queues: readonly string[]): Lanes {
  return {
    queues: PRIORITIES.flatMap(() => queues),
    priorities: PRIORITIES.flatMap((priority) => queues.map(() => priority)),
  };
}

/** As a claim takes them. */
export function laneTexts({ queues, priorities }: Lanes): LaneTexts {
  return [arrayText(queues), arrayText(priorities)];
}

/**
 * How far each lane of one shard has been claimed, so that a claim need not walk over the dead index entries that a
 * held snapshot keeps. Only a shortcut while claims come back full: retries, late commits and back-dated jobs land
 * behind a mark, so an idle worker and every second or so any worker claims without marks.
 */
export class ClaimMarks {
  private readonly marks = new Map<string, Mark>();

  /** Where each lane goes on, as a claim takes it. */
  texts({ queues, priorities }: Lanes): MarkTexts {
    const marks = queues.map((queue, i) => this.marks.get(laneKey(queue, priorities[i]!)) ?? NO_MARK);
    return [arrayText(marks.map(({ time }) => time)), arrayText(marks.map(({ id }) => id))];
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
    const mark = this.marks.get(key) ?? { ...NO_MARK };
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

function laneKey(queue: string, priority: number): string {
  return `${priority}:${queue}`;
}
