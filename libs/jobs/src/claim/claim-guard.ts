import { report } from '../report/report.js';
import type { DatabaseWatch } from '../state/database-watch.js';
import type { ClaimStore } from '../store/stages/claim.store.js';
import type { Clock } from '../support/time/clock.js';
import { BehindSearch, type PassedLane } from './lanes/behind-search.js';
import type { ClaimMarks } from './lanes/claim-marks.js';
import type { LaneFinder } from './lanes/lane-finder.js';
import { PassedJobs } from './passed-jobs.js';
import type { PausedTypes, TypesChange } from './paused-types.js';
import { ScanPolicy, type ClaimEnd, type ScanRange } from './scan-policy.js';
import { ServerClock } from './server-clock.js';

/** What operators have changed. */
export interface WorkChange extends TypesChange {
  /** Whether jobs of some queue may start again. */
  queuesResumed: boolean;
}

export interface ClaimGuardParts {
  claims: Pick<ClaimStore, 'readDueIndex'>;
  /** For the search behind the marks, whose statements may take long. */
  searches: Pick<ClaimStore, 'findBehind'>;
  clock: Clock;
  watch: Pick<DatabaseWatch, 'failed'>;
  types: PausedTypes;
  finder: Pick<LaneFinder, 'all' | 'mayHaveDue' | 'surveySoon'>;
  /** The marks of each shard. */
  marks: readonly ClaimMarks[];
  /** Called when there is something to claim. */
  wake: () => void;
}

/** With a smaller index, or fewer dead rows, claims look at all jobs from the start. */
const SMALL_INDEX_BYTES = 16 * 1024 * 1024;
const FEW_DEAD = 200_000;

/**
 * Guards claims against walks over many entries: dead ones, which a held snapshot keeps
 * (docs/decisions/0028-held-snapshots.md), and jobs of paused types (docs/decisions/0035-paused-types.md). Guarded claims
 * start at the marks, and a search beside them looks behind these.
 */
export class ClaimGuard {
  readonly scan: ScanPolicy;
  /** What the search beside the claims has found. */
  readonly passed = new PassedJobs();
  private readonly serverClock: ServerClock;
  private readonly behind: BehindSearch;
  private hasWarned = false;
  private resumes = 0;

  constructor(private readonly parts: ClaimGuardParts) {
    this.scan = new ScanPolicy(parts.clock);
    this.serverClock = new ServerClock(parts.clock);
    this.behind = this.newBehindSearch();
  }

  /** Call it before the first claim. It reads the server's clock and decides whether claims start guarded. */
  async prepare(): Promise<void> {
    const askedMs = this.parts.clock.steadyMs();
    const { now_ms, bytes, dead } = await this.parts.claims.readDueIndex();
    this.serverClock.set(now_ms, askedMs);
    if (bytes > SMALL_INDEX_BYTES && dead > FEW_DEAD) this.guard();
  }

  /** The server's time while claims are guarded, else null. */
  get serverMs(): number | null {
    return this.scan.guarded ? this.serverClock.nowMs : null;
  }

  /** How often types have been resumed. A claim that began before the last time may have left some of their jobs out. */
  get version(): number {
    return this.resumes;
  }

  /** Claims take too long. */
  guard(): void {
    // Those marks of stepping claims that are the beginning of a lane would lead over everything.
    if (this.scan.isStepping) this.clearMarks();
    this.scan.guard();
    this.behind.start();
  }

  /** A claim of this range has ended. */
  ended(range: ScanRange, end: ClaimEnd): void {
    const { isStepping } = this.scan;
    this.scan.note(range, end);
    if (isStepping && !this.scan.isStepping) this.clearMarks();
  }

  /** While claims are guarded, searches beside them. */
  search(): void {
    if (this.scan.guarded) this.behind.start();
  }

  /** Call it before a claim while `scan.mustBegin` is true. Lanes that may have due jobs are searched from their beginning. */
  async begin(): Promise<void> {
    const lanes = await this.parts.finder.mayHaveDue();
    if (!this.scan.isStepping) return;
    this.scan.mustBegin = false;
    for (const marks of this.parts.marks) marks.beginAt(lanes);
  }

  /** Operators have paused or resumed something. Jobs of what was resumed may be anywhere behind the marks. */
  steered({ paused, resumed, queuesResumed }: WorkChange): void {
    if (!paused && !resumed && !queuesResumed) return;
    this.scan.leavesOut = !this.parts.types.isEmpty;
    if (resumed) this.startOver();
    else if (queuesResumed) this.beginAgain();
    if (paused) this.scan.stepOver();
    this.parts.wake();
  }

  /** Looks at all jobs again, in whichever way claims do now. */
  startOver(): void {
    const { scan } = this;
    this.resumes++;
    this.clearMarks();
    if (!scan.guarded || (scan.isStepping && !scan.leavesOut)) {
      scan.open();
      this.behind.pause();
    }
    this.beginAgain();
    this.parts.finder.surveySoon();
    this.parts.wake();
  }

  private beginAgain(): void {
    if (!this.scan.guarded) return;
    this.scan.mustBegin = this.scan.isStepping;
    this.behind.hurry();
  }

  /** Stops the search beside the claims. */
  stop(): void {
    this.behind.stop();
    this.passed.finish();
  }

  private newBehindSearch(): BehindSearch {
    const { searches, marks, clock, types, wake, watch } = this.parts;
    return new BehindSearch({
      store: searches,
      shards: marks.length,
      serverClock: this.serverClock,
      clock,
      lanes: (shard) => this.passedLanes(shard),
      leftOut: () => types.leftOut(false),
      onFound: (jobs) => {
        const asked = this.passed.offer(jobs);
        wake();
        return asked;
      },
      onSetBack: () => this.forget(),
      isThorough: () => !this.scan.isStepping || marks.every(({ isEmpty }) => isEmpty),
      onQuick: () => this.open(),
      onSlow: (tookMs) => this.warnOnce(tookMs),
      onError: (error) => watch.failed(error, 'upkeep'),
    });
  }

  private passedLanes(shard: number): PassedLane[] {
    const marks = this.parts.marks[shard]!;
    const serverMs = this.serverClock.nowMs ?? this.parts.clock.epochMs();
    return this.parts.finder.all.map((lane) => ({ lane, until: marks.passedUntil(lane, serverMs) }));
  }

  private warnOnce(walkMs: number): void {
    // Whoever has paused a type knows what claims step over.
    if (this.hasWarned || this.scan.isStepping) return;
    report('claims_guarded', { walkMs });
    this.hasWarned = true;
  }

  private open(): void {
    if (this.hasWarned) report('claims_unguarded');
    this.hasWarned = false;
    this.scan.open();
    this.forget();
  }

  private forget(): void {
    this.clearMarks();
    this.parts.wake();
  }

  private clearMarks(): void {
    for (const marks of this.parts.marks) marks.clear();
  }
}
