import { failedErrors, type FailedErrorRow } from '../sql/stats/stats-errors.sql.js';
import { countFailed, type FailedCountRow } from '../sql/stats/stats-failed.sql.js';
import { countHeld, type HeldRow } from '../sql/stats/stats-held.sql.js';
import { laneStartParams, readHeads, type LaneStart } from '../sql/stats/stats-heads.sql.js';
import { newQueues } from '../sql/stats/stats-new-queues.sql.js';
import { countPending, type PendingCountRow } from '../sql/stats/stats-pending.sql.js';
import { knownQueues } from '../sql/stats/stats-queues.sql.js';
import {
  countRunning,
  findLongRunning,
  type LongRunningRow,
  type RunningCountRow,
} from '../sql/stats/stats-running.sql.js';
import { surveyHeads, surveySizes, type LaneLookRow, type LaneSizeRow } from '../sql/stats/stats-survey.sql.js';
import { readUnpausedAges, type LaneAgeRow } from '../sql/stats/stats-unpaused.sql.js';
import { readPausedTypes } from '../sql/control/type-pauses.sql.js';
import type { Executor } from '../statement.js';

/** Which running jobs to look at. */
export interface RunningLimits {
  shard: number;
  /** From when on a run takes too long, in minutes. Null: from its timeout on. */
  minutes: number | null;
  /** How many running jobs to look at. */
  limit: number;
}

export type LaneSizeLookRow = LaneSizeRow | (LaneLookRow & { queue: null });

/**
 * Counts of jobs, for monitoring. Each is of one shard and looks at a limited number of rows.
 *
 * Reads `jobs`, `job_types` and `job_workers`.
 */
export class StatsStore {
  constructor(private readonly executor: Executor) {}

  /** Jobs that failed in the last `hours`, by type, among the `limit` that failed or were cancelled last. */
  countFailed(given: { shard: number; hours: number; limit: number }): Promise<FailedCountRow[]> {
    const { shard, hours, limit } = given;
    return this.executor.run(countFailed, [shard, hours, limit]);
  }

  /** Errors of jobs that failed in the last `hours`, among the `limit` that failed or were cancelled last. */
  failedErrors(given: { shard: number; hours: number; limit: number }): Promise<FailedErrorRow[]> {
    const { shard, hours, limit } = given;
    return this.executor.run(failedErrors, [shard, hours, limit]);
  }

  /** Running jobs by type, and how many of them have run too long. */
  countRunning({ shard, minutes, limit }: RunningLimits): Promise<RunningCountRow[]> {
    return this.executor.run(countRunning, [shard, minutes, limit]);
  }

  /** Running jobs by queue and worker, among `limit` at most. */
  countHeld(shard: number, limit: number): Promise<HeldRow[]> {
    return this.executor.run(countHeld, [shard, limit]);
  }

  /** The jobs that have run too long, longest first: at most `take` of them. */
  findLongRunning({ shard, minutes, limit }: RunningLimits, take: number): Promise<LongRunningRow[]> {
    return this.executor.run(findLongRunning, [shard, minutes, limit, take]);
  }

  /** The first pending job of every lane that has any. */
  surveyHeads(shard: number): Promise<LaneLookRow[]> {
    return this.executor.run(surveyHeads, [shard]);
  }

  /**
   * As `surveyHeads`, with the number of pending jobs. Lanes with due jobs share the limit; if there are others, those share
   * `limitLater` of it.
   */
  surveySizes(given: { shard: number; limit: number; limitLater: number }): Promise<LaneSizeLookRow[]> {
    const { shard, limit, limitLater } = given;
    return this.executor.run(surveySizes, [shard, limit, limitLater]);
  }

  /** As `surveyHeads`, but only for the given lanes, from where they start. */
  readHeads(shard: number, lanes: readonly LaneStart[]): Promise<LaneLookRow[]> {
    return this.executor.run(readHeads, [shard, ...laneStartParams(lanes)]);
  }

  /** The types that are paused, at most 1,000. */
  async pausedTypes(): Promise<string[]> {
    return (await this.executor.run(readPausedTypes, [])).map(({ type }) => type);
  }

  /** How long the oldest due job of each lane has been due, without the jobs of these types. */
  unpausedAges(given: { shard: number; lanes: readonly LaneStart[]; pausedTypes: string[] }): Promise<LaneAgeRow[]> {
    const { shard, lanes, pausedTypes } = given;
    return this.executor.run(readUnpausedAges, [shard, ...laneStartParams(lanes), pausedTypes]);
  }

  /** Queues of all shards in which jobs are likely: those of the types and of the living workers. */
  async knownQueues(): Promise<string[]> {
    return (await this.executor.run(knownQueues, [])).map(({ queue }) => queue);
  }

  /** Queues with pending jobs other than the known ones. */
  async newQueues(shard: number, known: string[]): Promise<string[]> {
    return (await this.executor.run(newQueues, [shard, known])).map(({ queue }) => queue);
  }

  /** Pending jobs of the given lanes by type; of each lane, the `limitPerLane` jobs that fall due first. */
  countPending(given: {
    shard: number;
    lanes: readonly LaneStart[];
    limitPerLane: number;
  }): Promise<PendingCountRow[]> {
    const { shard, lanes, limitPerLane } = given;
    return this.executor.run(countPending, [shard, ...laneStartParams(lanes), limitPerLane]);
  }
}
