import type { Clock } from '../support/time/clock.js';

/**
 * Which jobs a claim looks at: `all`, those `ahead` of the marks, or only the `untouched` of these, which no open
 * transaction has changed. While claims come back full, a narrower range is cheaper
 * (docs/decisions/0022-claim-marks.md).
 */
export type ScanRange = 'all' | 'ahead' | 'untouched';

const MEBIBYTE = 1_048_576;
const ALL_EVERY_MS = 1_000;
/** The pause of `untouched` claims after one that found too few jobs although enough were due. */
const TOUCHED_REST_MS = 10_000;
/** Claims that step over many entries may take a twentieth of the time, each kind by itself. */
const FAR_SHARE = 1 / 20;
/**
 * A claim of all jobs is slow if it takes longer than this and than its jobs explain. Then it steps over dead entries.
 */
const SLOW_MS = 20;
/** While types are paused, it more probably steps over their jobs, and the guard costs less. */
const SLOW_LEAVING_OUT_MS = 10;
/** Then, a claim that takes so many times longer is proof enough: a million jobs may have been added at once. */
const FAR_TOO_SLOW = 5;
const SLOW_MS_PER_JOB = 0.2;
/** Reading payloads takes time too, and more of it while large results are written. */
const SLOW_MS_PER_MEBIBYTE = 100;
/** Slow claims in a row before claims are guarded. A single one proves nothing. */
const SLOW_CLAIMS = 3;

/** How a claim ended. */
export interface ClaimEnd {
  startedMs: number;
  limit: number;
  claimed: number;
  /** Payload text that came with the jobs, in characters. */
  text: number;
  /** Whether lanes were left out or limited. */
  isPartial: boolean;
}

/** Decides which jobs each claim looks at. */
export class ScanPolicy {
  /** Whether the last claim found too few jobs but did not look at all of them. Then the next claim does. */
  scanWasPartial = false;
  /** Whether types are paused, so that claims leave jobs out. */
  leavesOut = false;
  /** Whether the next claim, a stepping one, has to begin where each lane does. */
  mustBegin = false;
  private isGuarded = false;
  private steps = false;
  private slowClaims = 0;
  private nextAllMs = -Infinity;
  private nextUntouchedMs = -Infinity;
  /**
   * Set after an `untouched` claim that found too few jobs. If the wider claim after it finds enough, `untouched` claims
   * stop until this time.
   */
  private restedMs: number | null = null;

  constructor(private readonly clock: Clock) {}

  /**
   * Whether claims start at the marks only, because a walk over every job takes too long. A search beside the claims
   * then looks behind the marks (docs/decisions/0028-held-snapshots.md).
   */
  get guarded(): boolean {
    return this.isGuarded;
  }

  /**
   * Whether claims are guarded only because they step over jobs of paused types. Those can be counted, unlike dead
   * entries, so a claim may begin where its lane does.
   */
  get isStepping(): boolean {
    return this.steps;
  }

  guard(): void {
    this.isGuarded = true;
    this.steps = this.mustBegin = false;
    this.slowClaims = 0;
  }

  /** Guards claims against jobs of paused types, unless they are guarded already. */
  stepOver(): void {
    if (this.isGuarded) return;
    this.isGuarded = this.steps = this.mustBegin = true;
    this.slowClaims = 0;
  }

  open(): void {
    this.isGuarded = this.steps = this.mustBegin = false;
    this.slowClaims = 0;
    this.nextAllMs = -Infinity;
  }

  choose(nowMs: number, hasMarks: boolean): ScanRange {
    const widest = this.isGuarded ? 'ahead' : 'all';
    if (this.scanWasPartial || !hasMarks || (!this.isGuarded && nowMs >= this.nextAllMs)) return widest;
    return nowMs < this.nextUntouchedMs ? 'ahead' : 'untouched';
  }

  note(range: ScanRange, end: ClaimEnd): void {
    const { startedMs, isPartial } = end;
    const isShort = end.claimed < end.limit;
    const widest = this.isGuarded ? 'ahead' : 'all';
    this.scanWasPartial = isShort && (range !== widest || isPartial);
    if (this.scanWasPartial && range === 'untouched') this.restedMs = this.afterRest(startedMs, TOUCHED_REST_MS);
    if (range === widest) this.rest(!isShort);
    if (range === 'all' || (this.steps && range === widest)) this.judge(end);
    if (range === 'all') this.nextAllMs = this.afterRest(startedMs, ALL_EVERY_MS);
  }

  /** There was no lane to search, so the next claim would find nothing either. */
  noteNoLanes(): [] {
    this.scanWasPartial = false;
    return [];
  }

  private rest(foundEnough: boolean): void {
    if (foundEnough && this.restedMs !== null) this.nextUntouchedMs = this.restedMs;
    this.restedMs = null;
  }

  private judge({ startedMs, claimed, text }: ClaimEnd): void {
    const tookMs = this.clock.steadyMs() - startedMs;
    const passesPaused = this.leavesOut && !this.isGuarded;
    const leastMs = passesPaused ? SLOW_LEAVING_OUT_MS : SLOW_MS;
    const explainedMs = leastMs + claimed * SLOW_MS_PER_JOB + (text / MEBIBYTE) * SLOW_MS_PER_MEBIBYTE;
    this.slowClaims = tookMs > explainedMs ? this.slowClaims + 1 : 0;
    if (passesPaused && tookMs > FAR_TOO_SLOW * explainedMs) this.slowClaims = SLOW_CLAIMS;
    if (this.slowClaims < SLOW_CLAIMS) return;
    if (passesPaused) this.stepOver();
    else this.guard();
  }

  /** When a claim that has just ended may be made again. */
  private afterRest(startedMs: number, leastMs: number): number {
    return startedMs + Math.max(leastMs, (this.clock.steadyMs() - startedMs) / FAR_SHARE);
  }
}
