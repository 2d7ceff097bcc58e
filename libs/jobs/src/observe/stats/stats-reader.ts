import { CountTally, type JobCounts, type LaneTally, type QueuePending } from './job-counts.js';
import { headsAmong, type LaneHeads } from './lane-heads.js';
import type { LongRunningRow } from '../../store/sql/stats/stats-running.sql.js';
import type { LaneHeadRow, LaneSizeRow } from '../../store/sql/stats/stats-survey.sql.js';
import type { StatsStore } from '../../store/control/stats.store.js';

/** Limit on the rows that a read of running or failed jobs counts in one shard. */
export const COUNT_LIMIT = 10_000;

/** Limit on the pending jobs that are counted in one shard. All lanes share it, so that many lanes cost no more. */
export const PENDING_LIMIT = 60_000;
/** The part of it for lanes whose jobs all fall due later, if there are any. */
const LATER_LIMIT = PENDING_LIMIT / 10;
/** Long lanes are counted again if their limit grows by at least this factor. */
const WORTH_IT = 1.25;

/** The pending jobs of each queue that has any. */
export interface PendingSizes {
  /** For each queue, how long its oldest due job has been due that is of no paused type, in seconds. */
  oldestDue: ReadonlyMap<string, number>;
  byQueue: ReadonlyMap<string, QueuePending>;
  pausedTypes: readonly string[];
}

export interface PendingLook extends PendingSizes {
  pending: JobCounts;
}

export interface HeldLook {
  /** Running jobs of each queue and of each worker that has any. */
  byQueue: ReadonlyMap<string, number>;
  byWorker: ReadonlyMap<string, number>;
}

interface LaneCount extends LaneTally {
  head: LaneHeadRow;
  /** Up to which the jobs are counted. */
  limit: number;
}

export interface RunningCounts {
  running: JobCounts;
  tooLong: number;
}

/** Reads the statistics of all shards, one after another, on one connection. */
export class StatsReader {
  private readonly shards: number[];

  constructor(
    private readonly store: StatsStore,
    shardCount: number,
  ) {
    this.shards = Array.from({ length: shardCount }, (_, shard) => shard);
  }

  async failed(hours: number): Promise<JobCounts> {
    const tally = new CountTally();
    for (const shard of this.shards) {
      const rows = await this.store.countFailed({ shard, hours, limit: COUNT_LIMIT });
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
      const rows = await this.store.countRunning({ shard, minutes, limit: COUNT_LIMIT });
      for (const { type, jobs } of rows) tally.add(type, jobs);
      tally.sawRows(
        sum(rows, ({ jobs }) => jobs),
        COUNT_LIMIT,
      );
      tooLong += sum(rows, (row) => row.too_long);
    }
    return { running: tally.result(), tooLong };
  }

  /** Running jobs by queue and by worker. */
  async held(): Promise<HeldLook> {
    const byQueue = new Map<string, number>();
    const byWorker = new Map<string, number>();
    for (const shard of this.shards)
      for (const row of await this.store.countHeld(shard, COUNT_LIMIT)) {
        byQueue.set(row.queue, (byQueue.get(row.queue) ?? 0) + row.jobs);
        byWorker.set(row.worker_id, (byWorker.get(row.worker_id) ?? 0) + row.jobs);
      }
    return { byQueue, byWorker };
  }

  async longRunning(minutes: number | null, take: number): Promise<LongRunningRow[]> {
    const found: LongRunningRow[] = [];
    for (const shard of this.shards)
      found.push(...(await this.store.findLongRunning({ shard, minutes, limit: COUNT_LIMIT }, take)));
    return found.sort((a, b) => b.running_seconds - a.running_seconds).slice(0, take);
  }

  /** Reads every lane of every shard from its beginning, and stores where its jobs begin. */
  async survey(lanes: readonly LaneHeads[]): Promise<LaneHeadRow[][]> {
    const found: LaneHeadRow[][] = [];
    for (const shard of this.shards) {
      const rows = await this.store.surveyHeads(shard);
      lanes[shard]!.replace(rows);
      found.push(headsAmong(rows));
    }
    return found;
  }

  /** Like `survey`, but starts in each lane where its jobs began before. */
  async heads(lanes: readonly LaneHeads[]): Promise<LaneHeadRow[][]> {
    const queues = await this.store.knownQueues();
    const found: LaneHeadRow[][] = [];
    for (const shard of this.shards) {
      const known = lanes[shard]!;
      const { version } = known;
      const old = known.queuesWith(queues);
      const added = await this.store.newQueues(shard, old);
      const rows = await this.store.readHeads(shard, known.starts(old, added));
      // If a survey has replaced the heads meanwhile, keep its heads: they are more complete.
      if (known.version === version) known.replace(rows);
      found.push(headsAmong(rows));
    }
    return found;
  }

  /** Counts the pending jobs of the lanes that begin with these heads. One list of heads per shard. */
  async pending(heads: readonly LaneHeadRow[][]): Promise<PendingLook> {
    const tally = new CountTally();
    for (const shard of this.shards) await this.addPending(shard, heads[shard]!.map(uncounted), tally);
    return { pending: tally.result(), ...(await this.sizesOf(tally, heads)) };
  }

  /** Does `survey`, and counts the pending jobs of each queue, without their types. */
  async sizes(lanes: readonly LaneHeads[]): Promise<PendingSizes> {
    const tally = new CountTally();
    const found: LaneHeadRow[][] = [];
    for (const shard of this.shards) {
      const rows = await this.store.surveySizes({ shard, limit: PENDING_LIMIT, limitLater: LATER_LIMIT });
      lanes[shard]!.replace(rows);
      const heads = headsAmong(rows) as LaneSizeRow[];
      found.push(heads);
      await this.addPending(shard, heads.map(counted), tally);
    }
    return this.sizesOf(tally, found);
  }

  private async sizesOf(tally: CountTally, heads: readonly LaneHeadRow[][]): Promise<PendingSizes> {
    const pausedTypes = await this.store.pausedTypes();
    const oldestDue = oldestDueOf(await this.without(pausedTypes, heads));
    return { oldestDue, byQueue: tally.byQueue(), pausedTypes };
  }

  /** The lanes as they would begin without the jobs of paused types. */
  private async without(pausedTypes: string[], heads: readonly LaneHeadRow[][]): Promise<LaneHeadRow[]> {
    if (pausedTypes.length === 0) return heads.flat();
    const lanes: LaneHeadRow[] = [];
    for (const shard of this.shards) {
      const due = heads[shard]!.filter(({ due_seconds }) => due_seconds > 0);
      lanes.push(...heads[shard]!.filter(({ due_seconds }) => due_seconds <= 0));
      if (due.length === 0) continue;
      const ages = await this.store.unpausedAges({ shard, lanes: due, pausedTypes });
      for (const { lane, due_seconds } of ages) lanes.push({ ...due[lane - 1]!, due_seconds: due_seconds ?? 0 });
    }
    return lanes;
  }

  /** Counts lanes with due jobs first. A tenth of the limit is reserved for lanes whose jobs all fall due later. */
  private async addPending(shard: number, lanes: readonly LaneCount[], tally: CountTally): Promise<void> {
    const due = lanes.filter(({ head }) => head.due_seconds >= 0);
    const later = lanes.filter(({ head }) => head.due_seconds < 0);
    const kept = later.length > 0 ? LATER_LIMIT : 0;
    const left = await this.addLanes(shard, due, PENDING_LIMIT - kept, tally);
    await this.addLanes(shard, later, left + kept, tally);
  }

  /** Gives each lane the same limit, then the rest of the short lanes to the long ones. Returns the unused budget. */
  private async addLanes(
    shard: number,
    given: readonly LaneCount[],
    budget: number,
    tally: CountTally,
  ): Promise<number> {
    if (given.length === 0) return budget;
    const leftOf = (lanes: readonly LaneCount[]) => budget - sum(lanes, ({ jobs }) => jobs);
    const fair = Math.ceil(budget / given.length);
    const first = await this.countUpTo(shard, given, fair);
    const long = first.filter(isFull).length;
    const lanes = await this.countUpTo(shard, first, fair + Math.floor(leftOf(first) / Math.max(long, 1)));
    for (const lane of lanes) tally.addLane(lane, lane.limit);
    return leftOf(lanes);
  }

  /** Counts those lanes on that may have more jobs, if they may have many more. */
  private async countUpTo(shard: number, lanes: readonly LaneCount[], limit: number): Promise<readonly LaneCount[]> {
    const goesOn = (lane: LaneCount) => isFull(lane) && limit >= lane.limit * WORTH_IT;
    const again = lanes.filter(goesOn).map(({ head }) => head);
    if (again.length === 0) return lanes;
    return [...lanes.filter((lane) => !goesOn(lane)), ...(await this.countLanes(shard, again, limit))];
  }

  private async countLanes(shard: number, heads: readonly LaneHeadRow[], limit: number): Promise<LaneCount[]> {
    const lanes = heads.map((head) => ({ ...uncounted(head), byType: new Map<string, number>(), limit }));
    for (const { lane, type, jobs } of await this.store.countPending({ shard, lanes: heads, limitPerLane: limit })) {
      const count = lanes[lane - 1]!;
      count.jobs += jobs;
      count.byType.set(type, jobs);
    }
    return lanes;
  }
}

const NO_TYPES: ReadonlyMap<string, number> = new Map();

function uncounted(head: LaneHeadRow): LaneCount {
  return { head, queue: head.queue, jobs: 0, byType: NO_TYPES, limit: 0 };
}

function counted(head: LaneSizeRow): LaneCount {
  return { head, queue: head.queue, jobs: head.jobs, byType: NO_TYPES, limit: head.counted_to };
}

/** Whether a lane may have more jobs than are counted. */
function isFull({ jobs, limit }: LaneCount): boolean {
  return jobs >= limit;
}

/** For each queue with pending jobs, how long its oldest due job has been due, in seconds. 0 if none is due. */
function oldestDueOf(heads: readonly LaneHeadRow[]): Map<string, number> {
  const oldest = new Map<string, number>();
  for (const { queue, due_seconds } of heads) oldest.set(queue, Math.max(oldest.get(queue) ?? 0, due_seconds));
  return oldest;
}

function sum<Row>(rows: readonly Row[], value: (row: Row) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
