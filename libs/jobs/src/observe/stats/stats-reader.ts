import { CountTally, type JobCounts, type LaneTally } from './job-counts.js';
import { headsAmong, startParams, type LaneHeads } from './lane-heads.js';
import { countFailed } from '../../store/sql/stats/stats-failed.sql.js';
import { readHeads } from '../../store/sql/stats/stats-heads.sql.js';
import { newQueues } from '../../store/sql/stats/stats-new-queues.sql.js';
import { countPending } from '../../store/sql/stats/stats-pending.sql.js';
import { knownQueues } from '../../store/sql/stats/stats-queues.sql.js';
import { countRunning, findLongRunning, type LongRunningRow } from '../../store/sql/stats/stats-running.sql.js';
import { surveyHeads, type LaneHeadRow } from '../../store/sql/stats/stats-survey.sql.js';
import type { Executor } from '../../store/statement.js';

/** No read of running or failed jobs looks at more rows than this, in one shard. */
export const COUNT_LIMIT = 10_000;

/** All lanes of a shard share this, so that neither their number nor their length multiplies the cost. */
export const PENDING_LIMIT = 60_000;
/** Long lanes are counted again if their limit grows by so much. */
const WORTH_IT = 1.25;

export interface PendingLook {
  pending: JobCounts;
  /** By queue, in seconds. */
  oldestDue: ReadonlyMap<string, number>;
}

interface LaneCount extends LaneTally {
  head: LaneHeadRow;
}

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

  async running(minutes: number | null): Promise<RunningCounts> {
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

  async longRunning(minutes: number | null, take: number): Promise<LongRunningRow[]> {
    const found: LongRunningRow[] = [];
    for (const shard of this.shards)
      found.push(...(await this.executor.run(findLongRunning, [shard, minutes, COUNT_LIMIT, take])));
    return found.sort((a, b) => b.running_seconds - a.running_seconds).slice(0, take);
  }

  /** Looks at every lane of every shard from its beginning, and notes where each begins. */
  async survey(lanes: readonly LaneHeads[]): Promise<LaneHeadRow[][]> {
    const found: LaneHeadRow[][] = [];
    for (const shard of this.shards) {
      const rows = await this.executor.run(surveyHeads, [shard]);
      lanes[shard]!.replace(rows);
      found.push(headsAmong(rows));
    }
    return found;
  }

  /** As `survey`, each lane from where it began before. */
  async heads(lanes: readonly LaneHeads[]): Promise<LaneHeadRow[][]> {
    const queues = (await this.executor.run(knownQueues, [])).map(({ queue }) => queue);
    const found: LaneHeadRow[][] = [];
    for (const shard of this.shards) {
      const known = lanes[shard]!;
      const { version } = known;
      const old = known.queuesWith(queues);
      const added = (await this.executor.run(newQueues, [shard, old])).map(({ queue }) => queue);
      const rows = await this.executor.run(readHeads, [shard, ...known.starts(old, added)]);
      // A survey has looked at more.
      if (known.version === version) known.replace(rows);
      found.push(headsAmong(rows));
    }
    return found;
  }

  /** What waits in the lanes that begin with these jobs, by shard. */
  async pending(heads: readonly LaneHeadRow[][]): Promise<PendingLook> {
    const tally = new CountTally();
    for (const shard of this.shards) await this.addPending(shard, heads[shard]!, tally);
    return { pending: tally.result(), oldestDue: oldestDueOf(heads.flat()) };
  }

  /** Lanes with due jobs first; a tenth is kept for those whose jobs all fall due later. */
  private async addPending(shard: number, heads: readonly LaneHeadRow[], tally: CountTally): Promise<void> {
    const due = heads.filter(({ due_seconds }) => due_seconds >= 0);
    const later = heads.filter(({ due_seconds }) => due_seconds < 0);
    const kept = later.length > 0 ? PENDING_LIMIT / 10 : 0;
    const left = await this.addLanes(shard, due, PENDING_LIMIT - kept, tally);
    await this.addLanes(shard, later, left + kept, tally);
  }

  /** Of each lane as much as of any other, and then what the short ones have left; returns what is left in the end. */
  private async addLanes(shard: number, heads: LaneHeadRow[], budget: number, tally: CountTally): Promise<number> {
    if (heads.length === 0) return budget;
    const fair = Math.ceil(budget / heads.length);
    const lanes = await this.countLanes(shard, heads, fair);
    const short = lanes.filter(({ jobs }) => jobs < fair);
    const long = lanes.filter(({ jobs }) => jobs >= fair);
    const left = budget - sum(lanes, ({ jobs }) => jobs);
    const limit = fair + Math.floor(left / Math.max(long.length, 1));
    for (const lane of short) tally.addLane(lane, fair);
    if (long.length === 0) return left;
    const goesOn = limit >= fair * WORTH_IT;
    const again = goesOn
      ? await this.countLanes(
          shard,
          long.map(({ head }) => head),
          limit,
        )
      : long;
    for (const lane of again) tally.addLane(lane, goesOn ? limit : fair);
    return budget - sum([...short, ...again], ({ jobs }) => jobs);
  }

  private async countLanes(shard: number, heads: readonly LaneHeadRow[], limit: number): Promise<LaneCount[]> {
    const lanes = heads.map((head) => ({ head, queue: head.queue, jobs: 0, byType: new Map<string, number>() }));
    for (const { lane, type, jobs } of await this.executor.run(countPending, [shard, ...startParams(heads), limit])) {
      const counted = lanes[lane - 1]!;
      counted.jobs += jobs;
      counted.byType.set(type, jobs);
    }
    return lanes;
  }
}

/** For how many seconds the oldest due job of each queue with pending jobs has been due; 0 if none is due. */
function oldestDueOf(heads: readonly LaneHeadRow[]): Map<string, number> {
  const oldest = new Map<string, number>();
  for (const { queue, due_seconds } of heads) oldest.set(queue, Math.max(oldest.get(queue) ?? 0, due_seconds));
  return oldest;
}

function sum<Row>(rows: Row[], value: (row: Row) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
