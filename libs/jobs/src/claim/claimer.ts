import { classifyDatabaseError, isRowsFault } from '../store/connection/database-errors.js';
import type { JobsOptions } from '../jobs.options.js';
import type { ClaimStore } from '../store/stages/claim.store.js';
import { textOf } from '../slots/claim-budget.js';
import { ClaimGuard, type WorkChange } from './claim-guard.js';
import type { ClaimedQueues } from './claimed-queues.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { Lane } from '../store/lane.js';
import type { LaneCount } from './lanes/lane-turns.js';
import { LaneFinder } from './lanes/lane-finder.js';
import type { LoadControl } from '../slots/load-control.js';
import { GivenClaims } from './given-claims.js';
import type { PausedTypes } from './paused-types.js';
import { RunningJob } from '../slots/running-job.js';
import { byPriorityThenDue, ShardClaims } from './shard-claims.js';
import { SiftedClaims } from './sifted-claims.js';
import type { Clock } from '../support/time/clock.js';

export interface ClaimerParts {
  claims: ClaimStore;
  /** For the search behind the marks, whose statements may take long. */
  searches: ClaimStore;
  options: Pick<JobsOptions, 'shards'>;
  workerId: string;
  clock: Clock;
  queues: Pick<ClaimedQueues, 'names'>;
  types: PausedTypes;
  /** The weight of a queue: how many jobs it may give for each one of a queue of weight 1. */
  weightOf: (queue: string) => number;
  load: Pick<LoadControl, 'heldLanes'>;
  watch: Pick<DatabaseWatch, 'failed'>;
  /** Called when there is something to claim. */
  wake: () => void;
}

const LOWEST_PRIORITY = 9;

/** Claims due jobs from all queues of the process, one statement per shard. */
export class Claimer {
  readonly given: GivenClaims;
  private readonly guard: ClaimGuard;
  private readonly finder: LaneFinder;
  private readonly shards: ShardClaims[];
  private readonly sifted: SiftedClaims;
  /** Whether the last claim took only jobs found behind the marks. */
  private hasClaimedPassed = false;
  /** Whether the last claim read the due jobs before it claimed them. */
  private hasSifted = false;
  private leftLanesOut = false;
  private firstShard = 0;
  /** The lowest priority that the last claim reached. */
  private reached = LOWEST_PRIORITY;

  constructor(private readonly parts: ClaimerParts) {
    const { shards } = parts.options;
    this.finder = new LaneFinder({ ...parts, shards });
    this.shards = Array.from({ length: shards }, (_, shard) => new ShardClaims({ ...parts, shard }));
    this.guard = new ClaimGuard({ ...parts, finder: this.finder, marks: this.shards.map(({ marks }) => marks) });
    this.given = new GivenClaims(parts);
    this.sifted = new SiftedClaims({ ...parts, given: this.given, shards });
  }

  /** Whether the last claim found too few jobs but did not look at all of them. Then the next claim does. */
  get scanWasPartial(): boolean {
    // Until claims have asked for all that it has found, the search beside them goes no further.
    if (this.hasClaimedPassed || !this.guard.passed.isEmpty) return true;
    return !this.hasSifted && this.guard.scan.scanWasPartial && !this.leftLanesOut;
  }

  /** Whether the last claim left out lanes that may have due jobs. */
  get hasLeftLanesOut(): boolean {
    return this.leftLanesOut;
  }

  /** Call it before the first claim. It reads the server's clock and decides whether claims start guarded. */
  prepare(): Promise<void> {
    return this.guard.prepare();
  }

  /** Operators have paused or resumed something. */
  steered(change: WorkChange): void {
    this.guard.steered(change);
  }

  /** Stops the search beside the claims. */
  stop(): void {
    this.guard.stop();
  }

  /** Jobs may have become due in these queues. If the worker has none of them, in any queue. */
  expect(queues: readonly string[]): void {
    this.finder.expect(queues);
  }

  /**
   * Claims up to `limit` jobs. Fewer mean that no more are due, unless `scanWasPartial` is true. Jobs that were found
   * never wait for a walk over all jobs.
   */
  async claim(limit: number): Promise<RunningJob[]> {
    const { version } = this.guard;
    try {
      const passed = this.guard.passed.isEmpty ? [] : await this.claimPassed(limit);
      this.hasClaimedPassed = passed.length > 0;
      if (this.hasClaimedPassed) return passed;
      this.hasSifted = this.sifted.isNeeded;
      const claimed = await (this.hasSifted ? this.sift(limit) : this.claimLanesOrSift(limit));
      this.sifted.noteClaimed(claimed.length);
      return claimed;
    } catch (error) {
      if (classifyDatabaseError(error) === 'slow' && !isRowsFault(error)) this.guard.guard();
      throw error;
    } finally {
      if (version !== this.guard.version) this.guard.startOver();
    }
  }

  /** Milliseconds until a job falls due in any shard. Null if nothing is planned. */
  async nextDueMs(): Promise<number | null> {
    const { serverMs } = this.guard;
    const startOf = (shard: number, lane: Lane) => this.shards[shard]!.marks.startOf(lane, serverMs).time;
    const dueMs = await this.finder.nextDueMs(this.guard.scan, serverMs === null ? null : startOf);
    this.sifted.noteNextDue(dueMs);
    return dueMs;
  }

  /** One row that cannot be changed must not hold up the others of its statement. */
  private async claimLanesOrSift(limit: number): Promise<RunningJob[]> {
    this.reached = LOWEST_PRIORITY;
    try {
      return await this.claimLanes(limit);
    } catch (error) {
      if (!isRowsFault(error)) throw error;
      this.sifted.start();
      // Another shard may have given jobs already. The search for lost claims hands them back after an error.
      if (this.shards.length > 1) throw error;
      this.hasSifted = true;
      return this.sift(limit);
    }
  }

  private async sift(limit: number): Promise<RunningJob[]> {
    const { shards } = this;
    const lanes = await this.lanesToSearch();
    const { serverMs } = this.guard;
    if (serverMs === null) for (const { marks } of shards) marks.clear();
    const leftOut = this.parts.types.leftOut(serverMs !== null);
    this.guard.search();
    const claimed = await this.sifted.claim({
      lanes,
      limit,
      leftOut,
      startsOf: (shard, of) => shards[shard]!.marks.startsOf(of, serverMs),
      onEnd: (shard, of) => {
        // It looks at only some of the jobs that are left out. What is after these is for the search beside the claims.
        if (!leftOut || serverMs === null) return;
        const ended = of.map((lane) => ({ lane, isEmpty: true }));
        shards[shard]!.marks.noteEmpty(ended, serverMs);
      },
    });
    this.reached = claimed.length < limit ? LOWEST_PRIORITY : lowestOf(claimed);
    return claimed;
  }

  private async claimLanes(limit: number): Promise<RunningJob[]> {
    const { shards, guard } = this;
    const lanes = await this.lanesToSearch();
    if (lanes.length === 0) return guard.scan.noteNoLanes();
    const { clock } = this.parts;
    const startedMs = clock.steadyMs();
    const { serverMs } = guard;
    const chosen = guard.scan.choose(
      startedMs,
      shards.some(({ marks }) => !marks.isEmpty),
    );
    const claimed: RunningJob[] = [];
    const counts: LaneCount[][] = [];
    let isPartial = false;
    // The first shard changes with each claim, so that none is always last.
    for (let i = 0; i < shards.length && claimed.length < limit; i++) {
      const shard = (this.firstShard + i) % shards.length;
      const found = await shards[shard]!.claim(lanes, limit - claimed.length, chosen, serverMs);
      const claimedMs = clock.steadyMs();
      for (const row of found.rows) claimed.push(new RunningJob(shard, row, clock, claimedMs));
      counts.push(found.lanes);
      isPartial ||= found.isPartial;
    }
    this.firstShard = (this.firstShard + 1) % shards.length;
    if (claimed.length === limit) this.reached = lowestOf(claimed);
    // A lane without an untouched job may have others, which the next claim takes.
    if (chosen !== 'untouched') this.finder.note(counts);
    const end = { startedMs, limit, claimed: claimed.length, text: textOf(claimed), isPartial };
    if (!this.leftLanesOut) guard.ended(chosen, end);
    guard.search();
    return claimed;
  }

  private async lanesToSearch(): Promise<readonly Lane[]> {
    if (this.guard.scan.mustBegin) await this.guard.begin();
    return this.withoutHeld(await this.finder.toSearch(this.guard.scan));
  }

  private withoutHeld(lanes: readonly Lane[]): readonly Lane[] {
    const held = this.parts.load.heldLanes;
    this.leftLanesOut = held !== null;
    return held ? lanes.filter(({ key }) => !held.has(key)) : lanes;
  }

  private async claimPassed(limit: number): Promise<RunningJob[]> {
    const { heldLanes } = this.parts.load;
    const { passed } = this.guard;
    if (heldLanes) passed.forget(heldLanes);
    const jobs = passed.take(limit, this.reached);
    if (!jobs[0]) return [];
    const claimed = await this.given.claim(jobs[0].shard, jobs).finally(() => passed.asked());
    return claimed.sort((a, b) => byPriorityThenDue(a.row, b.row));
  }
}

function lowestOf(jobs: readonly RunningJob[]): number {
  return jobs.reduce((lowest, { row }) => Math.max(lowest, row.priority), 0);
}
