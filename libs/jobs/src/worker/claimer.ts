import type { JobStore } from '../store/job.store.js';
import type { CarryTest, ListenTest } from '../store/queue-listener.js';
import type { ClaimedRow, ClaimJobsParams, LaneTexts } from '../store/sql/claim-jobs.sql.js';
import { ClaimMarks, laneTexts, lanesOf, type Lanes } from './claim-marks.js';
import { RunningJob } from './running-job.js';

export interface ClaimerOptions {
  store: JobStore;
  shards: number;
  workerId: () => string;
  /** Queues to claim from now: those of the worker without the paused ones. */
  queues: () => readonly string[];
  carryTest: CarryTest;
}

/**
 * What a claim looks at: every job, those after the marks, or of these only such as no transaction under way has touched.
 * The narrower, the cheaper while claims come back full.
 */
type Reach = 'all' | 'ahead' | 'untouched';

const ALL_EVERY_MS = 1_000;
/** Between claims of untouched jobs that found too few although there were enough. */
const TOUCHED_REST_MS = 10_000;
/** Claims that walk far have to be rare: each kind may take a twentieth of the time. */
const FAR_SHARE = 1 / 20;

/** Claims due jobs from all queues of the process, one statement per shard. */
export class Claimer {
  /** Whether the last claim found too few, but has not looked at every job: the next one does. */
  mustLookAgain = false;
  private readonly marks: ClaimMarks[];
  private nextAllMs = -Infinity;
  private nextUntouchedMs = -Infinity;
  /** If a claim of untouched jobs has just come back short: when to make the next one, should there be enough jobs. */
  private restedMs: number | null = null;
  private firstShard = 0;
  private searched: { names: string; lanes: Lanes; texts: LaneTexts } | null = null;

  constructor(private readonly options: ClaimerOptions) {
    this.marks = Array.from({ length: options.shards }, () => new ClaimMarks());
  }

  /**
   * Up to `limit` jobs. Fewer mean that nothing more was due, or `mustLookAgain`: what was found should not wait until a walk
   * over every job has ended.
   */
  async claim(limit: number): Promise<RunningJob[]> {
    const queues = this.options.queues();
    const startedMs = performance.now();
    const reach = this.reach(startedMs);
    const claimed = queues.length === 0 ? [] : await this.claimShards(limit, queues, reach);
    this.mustLookAgain = claimed.length < limit && reach !== 'all';
    if (this.mustLookAgain && reach === 'untouched') this.restedMs = afterRest(startedMs, TOUCHED_REST_MS);
    if (reach === 'all') this.rest(claimed.length >= limit);
    return claimed;
  }

  /** Milliseconds until something falls due in any shard, or null if nothing is planned. */
  async nextDueMs(): Promise<number | null> {
    const { queues, priorities } = lanesOf(this.options.queues());
    let earliest: number | null = null;
    for (let shard = 0; shard < this.options.shards; shard++) {
      const ask = (test: ListenTest | null) => this.options.store.nextDueMs(shard, queues, priorities, test);
      const inMs = await (shard === 0 ? this.options.carryTest(ask) : ask(null));
      if (inMs !== null && (earliest === null || inMs < earliest)) earliest = inMs;
    }
    return earliest;
  }

  private rest(foundEnough: boolean): void {
    if (foundEnough && this.restedMs !== null) this.nextUntouchedMs = this.restedMs;
    this.restedMs = null;
  }

  private reach(nowMs: number): Reach {
    if (this.mustLookAgain || nowMs >= this.nextAllMs || this.marks.every((marks) => marks.isEmpty)) return 'all';
    return nowMs < this.nextUntouchedMs ? 'ahead' : 'untouched';
  }

  /** Starts at another shard each time, so that none is always served last. */
  private async claimShards(limit: number, queues: readonly string[], reach: Reach): Promise<RunningJob[]> {
    const { shards } = this.options;
    const startedMs = performance.now();
    const claimed: RunningJob[] = [];
    for (let i = 0; i < shards && claimed.length < limit; i++) {
      const shard = (this.firstShard + i) % shards;
      const rows = await this.claimShard(shard, limit - claimed.length, queues, reach);
      const claimedMs = performance.now();
      for (const row of rows) claimed.push(new RunningJob(shard, row, claimedMs));
    }
    this.firstShard = (this.firstShard + 1) % shards;
    if (reach === 'all') this.nextAllMs = afterRest(startedMs, ALL_EVERY_MS);
    return claimed;
  }

  private async claimShard(
    shard: number,
    limit: number,
    queues: readonly string[],
    reach: Reach,
  ): Promise<ClaimedRow[]> {
    const { store, workerId } = this.options;
    const marks = this.marks[shard]!;
    const { lanes, texts } = this.lanes(queues);
    const params: ClaimJobsParams = [shard, limit, workerId(), ...texts];
    const rows = await (reach === 'all'
      ? store.claim(params)
      : store.claimAhead([...params, ...marks.texts(lanes), reach === 'untouched']));
    if (rows.length < limit) marks.clear();
    else marks.advance(rows);
    return rows.sort(byPriorityThenDue);
  }

  /** The same for as long as the queues are: beside what an idle worker's claim costs else, making them anew is much. */
  private lanes(queues: readonly string[]): { lanes: Lanes; texts: LaneTexts } {
    const names = queues.join();
    if (this.searched?.names !== names) {
      const lanes = lanesOf(queues);
      this.searched = { names, lanes, texts: laneTexts(lanes) };
    }
    return this.searched;
  }
}

/** When to make a claim again that began then and has just ended. */
function afterRest(startedMs: number, leastMs: number): number {
  return startedMs + Math.max(leastMs, (performance.now() - startedMs) / FAR_SHARE);
}

/** RETURNING promises no order. */
function byPriorityThenDue(a: ClaimedRow, b: ClaimedRow): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  if (a.scheduled_at !== b.scheduled_at) return a.scheduled_at < b.scheduled_at ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
