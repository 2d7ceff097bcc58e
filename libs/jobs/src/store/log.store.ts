import { appendLogs } from './sql/logs/append-logs.sql.js';
import { forgetLogs } from './sql/logs/forget-logs.sql.js';
import { readLog, type LogRow } from './sql/logs/read-log.sql.js';
import type { Executor } from './statement.js';

/** How many lines a job keeps. */
export const LINES_KEPT = 1_000;

/** A line of a run, as it is written. */
export interface WrittenLine {
  id: string;
  run: number;
  attempt: number;
  /** Its number in the run, from 1. */
  runLine: number;
  /** Milliseconds since 1970. */
  loggedMs: number;
  message: string;
  /** JSON, or null. */
  fields: string | null;
}

/**
 * What handlers have logged.
 *
 * Writes `job_logs`. Reads `jobs`.
 */
export class LogStore {
  constructor(private readonly executor: Executor) {}

  /** Adds lines to jobs that are still in this run, and forgets their first lines if they have too many. */
  async append(shard: number, lines: readonly WrittenLine[]): Promise<void> {
    const rows = await this.executor.run(appendLogs, [
      shard,
      lines.map(({ id }) => id),
      lines.map(({ run }) => run),
      lines.map(({ runLine }) => runLine),
      lines.map(({ attempt }) => attempt),
      lines.map(({ loggedMs }) => loggedMs),
      lines.map(({ message }) => message),
      lines.map(({ fields }) => fields),
    ]);
    const full = rows.filter(({ last }) => last > LINES_KEPT);
    if (full.length === 0) return;
    const upTo = full.map(({ last }) => last - LINES_KEPT);
    await this.executor.run(forgetLogs, [shard, full.map(({ id }) => id), upTo]);
  }

  /** The lines after a line, oldest first; with null, the last ones. Null if there is no such job. */
  async read(shard: number, id: string, after: number | null, limit: number): Promise<LogRow | null> {
    return (await this.executor.run(readLog, [shard, id, after, limit]))[0] ?? null;
  }
}
