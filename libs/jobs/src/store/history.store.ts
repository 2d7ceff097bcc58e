import { addHistory } from './sql/history/add-history.sql.js';
import { pruneHistory, rollUpHistory } from './sql/history/keep-history.sql.js';
import {
  readHistory,
  readHistoryByType,
  type HistoryStepRow,
  type HistoryTypeRow,
} from './sql/history/read-history.sql.js';
import type { Executor } from './statement.js';

/** Counts of a type in a queue, as they are added to its row. */
export interface HistoryCounts {
  /** Empty: all types of the queue together. */
  type: string;
  /** Empty, beside an empty type: everything together. */
  queue: string;
  completed: number;
  retried: number;
  failed: number;
  cancelled: number;
  wait_ms: number;
  run_ms: number;
  /** How many waits fell into each bucket. */
  waits: number[];
  runs: number[];
}

/** Which rows to read. */
export interface HistoryRange {
  /** Null: all queues. */
  queue: string | null;
  from: Date;
  to: Date;
}

/**
 * What ran, minute by minute.
 *
 * Writes `job_stats`.
 */
export class HistoryStore {
  constructor(private readonly executor: Executor) {}

  /** Adds counts to the minute in which the server's clock was `ageMs` ago. Returns the server's time, in milliseconds. */
  async add(counts: readonly HistoryCounts[], ageMs: number): Promise<number> {
    return (await this.executor.run(addHistory, [ageMs, JSON.stringify(counts)]))[0]!.now_ms;
  }

  /** Replaces up to `limit` old rows by their sums over a longer span. Returns how many. */
  async rollUp(given: { fromSeconds: number; toSeconds: number; olderThanMs: number; limit: number }): Promise<number> {
    const { fromSeconds, toSeconds, olderThanMs, limit } = given;
    return (await this.executor.run(rollUpHistory, [fromSeconds, toSeconds, olderThanMs, limit]))[0]!.replaced;
  }

  /** Deletes up to `limit` rows that ended more than `olderThanMs` ago. Returns how many. */
  async prune(olderThanMs: number, limit: number): Promise<number> {
    return (await this.executor.run(pruneHistory, [olderThanMs, limit]))[0]!.pruned;
  }

  /** Sums for each step of `stepSeconds` in which something ran: of a type, or with null of all. */
  series(type: string | null, { queue, from, to }: HistoryRange, stepSeconds: number): Promise<HistoryStepRow[]> {
    // Without a type there is a row of sums for each queue, and one for all.
    const among = type === null ? (queue ?? '') : queue;
    return this.executor.run(readHistory, [type ?? '', among, from, to, stepSeconds]);
  }

  /** Sums of the `limit` types that come first. */
  types({ queue, from, to }: HistoryRange, order: string, limit: number): Promise<HistoryTypeRow[]> {
    return this.executor.run(readHistoryByType, [queue, from, to, order, limit]);
  }
}
