import { addHistory } from './sql/history/add-history.sql.js';
import { pruneHistory, rollUpHistory } from './sql/history/keep-history.sql.js';
import {
  readHistory,
  readHistoryByType,
  type HistoryPartParams,
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

/** Which write it is, so that one that is repeated counts once. Numbers of a writer increase. */
export interface HistoryBatch {
  /** Of this process alone, at most 50 characters. */
  writer: string;
  /** The same for every repetition. */
  day: Date;
  number: number;
}

/** The length of rows that count nothing: they have the last batch of a writer. */
export const BATCH_MARKS = 0;

/** Rows of one length that begin from one time on and before another. */
export interface HistoryPart {
  /** The length. Negative: rows that are also summed up in longer ones. */
  seconds: number;
  from: Date;
  to: Date;
}

/** Which rows to read. */
export interface HistoryRange {
  /** Null: all queues. */
  queue: string | null;
  from: Date;
  to: Date;
  /** The rows that count everything between these times once. */
  parts: readonly HistoryPart[];
}

/**
 * What ran, minute by minute.
 *
 * Writes `job_stats`.
 */
export class HistoryStore {
  constructor(private readonly executor: Executor) {}

  /**
   * Adds counts to the minute in which the server's clock was `ageMs` ago, unless it has the batch already. Returns the
   * server's time, in milliseconds.
   */
  async add(counts: readonly HistoryCounts[], ageMs: number, { writer, day, number }: HistoryBatch): Promise<number> {
    return (await this.executor.run(addHistory, [ageMs, JSON.stringify(counts), writer, day, number]))[0]!.now_ms;
  }

  /** Adds up to `limit` rows to sums over a longer span that ended `endedMs` ago, and keeps them as details. Returns how many. */
  async rollUp(given: { fromSeconds: number; toSeconds: number; endedMs: number; limit: number }): Promise<number> {
    const { fromSeconds, toSeconds, endedMs, limit } = given;
    return (await this.executor.run(rollUpHistory, [fromSeconds, toSeconds, endedMs, limit]))[0]!.summed;
  }

  /** Deletes up to `limit` rows of the given lengths that began more than `olderThanMs` ago. Returns how many. */
  async prune(lengths: number[], olderThanMs: number, limit: number): Promise<number> {
    return (await this.executor.run(pruneHistory, [lengths, olderThanMs, limit]))[0]!.pruned;
  }

  /** Sums for each step of `stepSeconds` in which something ran: of a type, or with null of all. */
  series(
    type: string | null,
    { queue, from, to, parts }: HistoryRange,
    stepSeconds: number,
  ): Promise<HistoryStepRow[]> {
    // Without a type there is a row of sums for each queue, and one for all.
    const among = type === null ? (queue ?? '') : queue;
    return this.executor.run(readHistory, [type ?? '', among, from, to, stepSeconds, ...partParams(parts)]);
  }

  /** Sums of the `limit` types that come first. */
  types({ queue, parts }: Omit<HistoryRange, 'from' | 'to'>, order: string, limit: number): Promise<HistoryTypeRow[]> {
    return this.executor.run(readHistoryByType, [...partParams(parts), order, queue, limit]);
  }
}

function partParams(parts: readonly HistoryPart[]): HistoryPartParams {
  return [parts.map(({ seconds }) => seconds), parts.map(({ from }) => from), parts.map(({ to }) => to)];
}
