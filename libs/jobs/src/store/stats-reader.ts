import { CountTally, type JobCounts } from './job-counts.js';
import { countFailed } from './sql/stats-failed.sql.js';
import { oldestDue } from './sql/stats-oldest-due.sql.js';
import { countPending } from './sql/stats-pending.sql.js';
import { queuesWithPending } from './sql/stats-queues.sql.js';
import { countRunning, findLongRunning, type LongRunningRow } from './sql/stats-running.sql.js';
import type { Executor } from './statement.js';

/** No read looks at more rows than this, in one shard: per queue of pending jobs, and per status of others. */
export const COUNT_LIMIT = 10_000;

/** All queues of a shard share this, so that their number does not multiply the cost. */
const PENDING_LIMIT = 50_000;
const MAX_QUEUES = 500;

export interface RunningCounts {
  running: JobCounts;
  tooLong: number;
}

/** Reads statistics of all shards, one after the other, over one connection. */
export class StatsReader {
  private readonly shards: number[];

  constructor(
    private readonly executor: Executor,
    shardCount: number,
  ) {
    this.shards = Array.from({ length: shardCount }, (_, shard) => shard);
  }

  async failed(hours: number): Promise<JobCounts> {
    const tally = new CountTally();
    for (const shard of this.shards) {
      const rows = await this.executor.run(countFailed, [shard, hours, COUNT_LIMIT]);
      for (const { type, failed } of rows) tally.add(type, failed);
      tally.sawRows(
        sum(rows, ({ seen }) => seen),
        COUNT_LIMIT,
      );
    }
    return tally.result();
  }

  async pending(): Promise<JobCounts> {
    const tally = new CountTally();
    for (const shard of this.shards) await this.addPending(shard, tally);
    return tally.result();
  }

  async running(minutes: number): Promise<RunningCounts> {
    const tally = new CountTally();
    let tooLong = 0;
    for (const shard of this.shards) {
      const rows = await this.executor.run(countRunning, [shard, minutes, COUNT_LIMIT]);
      for (const { type, jobs } of rows) tally.add(type, jobs);
      tally.sawRows(
        sum(rows, ({ jobs }) => jobs),
        COUNT_LIMIT,
      );
      tooLong += sum(rows, (row) => row.too_long);
    }
    return { running: tally.result(), tooLong };
  }

  async longRunning(minutes: number, take: number): Promise<LongRunningRow[]> {
    const found: LongRunningRow[] = [];
    for (const shard of this.shards)
      found.push(...(await this.executor.run(findLongRunning, [shard, minutes, COUNT_LIMIT, take])));
    return found.sort((a, b) => b.running_seconds - a.running_seconds).slice(0, take);
  }

  /** Seconds since the oldest due job of each queue with pending jobs fell due; 0 if none is due. */
  async oldestDue(): Promise<Map<string, number>> {
    const oldest = new Map<string, number>();
    for (const shard of this.shards)
      for (const { queue, seconds } of await this.executor.run(oldestDue, [shard, await this.queues(shard)]))
        oldest.set(queue, Math.max(oldest.get(queue) ?? 0, seconds));
    return oldest;
  }

  private async addPending(shard: number, tally: CountTally): Promise<void> {
    const queues = await this.queues(shard);
    tally.sawRows(queues.length, MAX_QUEUES);
    const limit = Math.min(COUNT_LIMIT, Math.floor(PENDING_LIMIT / Math.max(queues.length, 1)));
    const rows = await this.executor.run(countPending, [shard, queues, limit]);
    for (const { type, jobs } of rows) tally.add(type, jobs);
    for (const queue of queues)
      tally.sawRows(
        sum(rows, (row) => (row.queue === queue ? row.jobs : 0)),
        limit,
      );
  }

  private async queues(shard: number): Promise<string[]> {
    return (await this.executor.run(queuesWithPending, [shard, MAX_QUEUES])).map(({ queue }) => queue);
  }
}

function sum<Row>(rows: Row[], value: (row: Row) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
