import { classifyDatabaseError } from '../store/connection/database-errors.js';
import { Logger } from '@nestjs/common';
import type { JobsOptions } from '../jobs.options.js';
import type { JobStore } from '../store/job.store.js';
import { textOf } from '../slots/claim-budget.js';
import { BehindSearch, type PassedLane } from './lanes/behind-search.js';
import { ClaimReach } from './claim-reach.js';
import type { ClaimedQueues } from './claimed-queues.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { Lane } from '../store/lane.js';
import type { LaneCount } from './lanes/lane-turns.js';
import { LaneFinder } from './lanes/lane-finder.js';
import type { LoadControl } from '../slots/load-control.js';
import { PassedJobs } from './passed-jobs.js';
import { RunningJob } from '../slots/running-job.js';
import { ServerClock } from './server-clock.js';
import { ShardClaims } from './shard-claims.js';

export interface ClaimerParts {
  jobs: JobStore;
  /** For the search behind the marks, whose statements may take long. */
  searches: JobStore;
  options: Pick<JobsOptions, 'shards'>;
  workerId: () => string;
  queues: Pick<ClaimedQueues, 'names'>;
  /** How many jobs a queue may give for each one that a queue of weight 1 gives. */
  weightOf: (queue: string) => number;
  load: Pick<LoadControl, 'heldLanes'>;
  watch: Pick<DatabaseWatch, 'failed'>;
  /** There is something to claim. */
  wake: () => void;
}

const LOWEST_PRIORITY = 9;
/** With fewer entries in the index, or fewer dead versions, every job is looked at in no time. */
const SMALL_INDEX_BYTES = 16 * 1024 * 1024;
const FEW_DEAD = 200_000;

/** Claims due jobs from all queues of the process, one statement per shard. */
export class Claimer {
  private readonly reach = new ClaimReach();
  private readonly clock = new ServerClock();
  private readonly passed = new PassedJobs();
  private readonly finder: LaneFinder;
  private readonly shards: ShardClaims[];
  private readonly behind: BehindSearch;
  /** The last claim took jobs that earlier ones had passed, and looked at no others. */
  private hasClaimedPassed = false;
  private leftLanesOut = false;
  private readonly logger = new Logger('Jobs');
  private hasTold = false;
  private firstShard = 0;
  /** The lowest priority that the last claim came to. */
  private reached = LOWEST_PRIORITY;

  constructor(private readonly parts: ClaimerParts) {
    const { shards } = parts.options;
    this.finder = new LaneFinder({ ...parts, shards });
    this.shards = Array.from({ length: shards }, (_, shard) => new ShardClaims({ ...parts, shard }));
    this.behind = this.newBehindSearch();
  }

  /** Whether the last claim found too few, but has not looked at every job: the next one does. */
  get mustLookAgain(): boolean {
    return this.hasClaimedPassed || (this.reach.mustLookAgain && !this.leftLanesOut);
  }

  /** Whether the last claim has kept away from lanes in which more may be due. */
  get hasLeftLanesOut(): boolean {
    return this.leftLanesOut;
  }

  /** Finds out, before the first claim, how claims have to be made. */
  async prepare(): Promise<void> {
    const askedMs = performance.now();
    const { now_ms, bytes, dead } = await this.parts.jobs.readDueIndex();
    this.clock.set(now_ms, askedMs);
    if (bytes > SMALL_INDEX_BYTES && dead > FEW_DEAD) this.guard();
  }

  /** Ends the search beside the claims. */
  stop(): void {
    this.behind.stop();
    this.passed.finish();
  }

  /** Jobs may have become due in these queues; with none of them known, anywhere. */
  expect(queues: readonly string[]): void {
    this.finder.expect(queues);
  }

  /**
   * Up to `limit` jobs. Fewer mean that nothing more was due, or `mustLookAgain`: what was found should not wait until a walk
   * over every job has ended.
   */
  async claim(limit: number): Promise<RunningJob[]> {
    try {
      this.hasClaimedPassed = !this.passed.isEmpty;
      const passed = this.hasClaimedPassed ? await this.claimPassed(limit) : [];
      if (passed.length > 0) return passed;
      this.hasClaimedPassed = false;
      return await this.claimLanes(limit);
    } catch (error) {
      if (classifyDatabaseError(error) === 'slow') this.guard();
      throw error;
    }
  }

  /** Milliseconds until something falls due in any shard, or null if nothing is planned. */
  nextDueMs(): Promise<number | null> {
    const serverMs = this.reach.guarded ? this.clock.nowMs : null;
    if (serverMs === null) return this.finder.nextDueMs(null);
    return this.finder.nextDueMs((shard, lane) => this.shards[shard]!.marks.startOf(lane, serverMs).time);
  }

  private async claimLanes(limit: number): Promise<RunningJob[]> {
    const { shards, reach } = this;
    const lanes = this.withoutHeld(await this.finder.toSearch(reach.guarded));
    if (lanes.length === 0) return [];
    const startedMs = performance.now();
    const serverMs = reach.guarded ? this.clock.nowMs : null;
    const chosen = reach.choose(
      startedMs,
      shards.some(({ marks }) => !marks.isEmpty),
    );
    const claimed: RunningJob[] = [];
    const counts: LaneCount[][] = [];
    let isPartial = false;
    // Starts at another shard each time, so that none is always served last.
    for (let i = 0; i < shards.length && claimed.length < limit; i++) {
      const shard = (this.firstShard + i) % shards.length;
      const found = await shards[shard]!.claim(lanes, limit - claimed.length, chosen, serverMs);
      const claimedMs = performance.now();
      for (const row of found.rows) claimed.push(new RunningJob(shard, row, claimedMs));
      counts.push(found.lanes);
      isPartial ||= found.isPartial;
    }
    this.firstShard = (this.firstShard + 1) % shards.length;
    this.reached = claimed.length < limit ? LOWEST_PRIORITY : lowestOf(claimed);
    this.finder.note(counts);
    const end = { startedMs, limit, claimed: claimed.length, text: textOf(claimed), isPartial };
    if (!this.leftLanesOut) reach.note(chosen, end);
    if (reach.guarded) this.behind.start();
    return claimed;
  }

  private withoutHeld(lanes: readonly Lane[]): readonly Lane[] {
    const held = this.parts.load.heldLanes;
    this.leftLanesOut = held !== null;
    return held ? lanes.filter(({ key }) => !held.has(key)) : lanes;
  }

  private async claimPassed(limit: number): Promise<RunningJob[]> {
    const { heldLanes } = this.parts.load;
    if (heldLanes) this.passed.forget(heldLanes);
    const jobs = this.passed.take(limit, this.reached);
    if (jobs.length === 0) return [];
    const { shard } = jobs[0]!;
    const { jobs: store, workerId } = this.parts;
    const rows = await store.claimGiven(shard, workerId(), jobs).finally(() => this.passed.asked());
    const claimedMs = performance.now();
    return rows.map((row) => new RunningJob(shard, row, claimedMs));
  }

  private guard(): void {
    this.reach.guard();
    this.behind.start();
  }

  private newBehindSearch(): BehindSearch {
    const { searches, options, wake, watch } = this.parts;
    return new BehindSearch({
      store: searches,
      shards: options.shards,
      clock: this.clock,
      lanes: (shard) => this.passedLanes(shard),
      onFound: (jobs) => {
        const asked = this.passed.offer(jobs);
        wake();
        return asked;
      },
      onSetBack: () => this.forget(),
      onQuick: () => this.open(),
      onSlow: (tookMs) => this.tellOnce(tookMs),
      onError: (error) => watch.failed(error, 'upkeep'),
    });
  }

  private passedLanes(shard: number): PassedLane[] {
    const { marks } = this.shards[shard]!;
    const serverMs = this.clock.nowMs ?? Date.now();
    return this.finder.all.map((lane) => ({ lane, until: marks.passedUntil(lane, serverMs) }));
  }

  private tellOnce(tookMs: number): void {
    if (this.hasTold) return;
    this.hasTold = true;
    this.logger.warn(
      `Claims keep off dead index entries: a walk over them takes ${(tookMs / 1_000).toFixed(1)} s. New jobs start as before; ` +
        'jobs inserted with a due time in the past may wait for minutes. Look for a transaction that is held for long.',
    );
  }

  private open(): void {
    if (this.hasTold) this.logger.log('Dead index entries are gone: claims look at all jobs again');
    this.hasTold = false;
    this.reach.open();
    this.forget();
  }

  private forget(): void {
    for (const { marks } of this.shards) marks.clear();
    this.parts.wake();
  }
}

function lowestOf(jobs: readonly RunningJob[]): number {
  return jobs.reduce((lowest, { row }) => Math.max(lowest, row.priority), 0);
}
