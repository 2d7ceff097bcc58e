import type { LaneTexts } from './sql/claim/claim-jobs.sql.js';
import { arrayText } from './statement.js';

export const PRIORITIES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The jobs of one priority in one queue. */
export interface Lane {
  readonly queue: string;
  readonly priority: number;
  readonly key: string;
}

/** The lanes of the queues, sorted by priority. */
export function lanesOf(queues: readonly string[]): Lane[] {
  return PRIORITIES.flatMap((priority) => queues.map((queue) => laneOf(queue, priority)));
}

export function laneOf(queue: string, priority: number): Lane {
  return { queue, priority, key: laneKey(queue, priority) };
}

export function laneKey(queue: string, priority: number): string {
  return `${priority}:${queue}`;
}

/** A place in a lane: right after the job with this due time and id. */
export interface Mark {
  time: string;
  id: string;
}

export function laneTexts(lanes: readonly Lane[]): LaneTexts {
  return [arrayText(lanes.map(({ queue }) => queue)), arrayText(lanes.map(({ priority }) => priority))];
}
