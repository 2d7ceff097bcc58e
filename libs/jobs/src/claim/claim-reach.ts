/**
 * What a claim looks at: every job, those after the marks, or of these only such as no transaction under way has touched.
 * The narrower, the cheaper while claims come back full.
 */
export type Reach = 'all' | 'ahead' | 'untouched';

const MEBIBYTE = 1_048_576;
const ALL_EVERY_MS = 1_000;
/** Between claims of untouched jobs that found too few although there were enough. */
const TOUCHED_REST_MS = 10_000;
/** Claims that walk far have to be rare: each kind may take a twentieth of the time. */
const FAR_SHARE = 1 / 20;
/** A claim of all jobs that takes longer than this, and than what it finds explains, walks over dead entries. */
const SLOW_MS = 20;
const SLOW_MS_PER_JOB = 0.2;
/** Reading payloads out of the table takes time too, and more where large results are written beside it. */
const SLOW_MS_PER_MEBIBYTE = 100;
/** So many in a row, because anything may be slow once. */
const SLOW_CLAIMS = 3;

/** How a claim ended. */
export interface ClaimEnd {
  startedMs: number;
  limit: number;
  claimed: number;
  /** Payload text that came with the jobs, in characters. */
  text: number;
  /** Lanes were left out or limited. */
  isPartial: boolean;
}

/** Decides what each claim looks at. */
export class ClaimReach {
  /** Whether the last claim found too few, but has not looked at every job: the next one does. */
  mustLookAgain = false;
  private isGuarded = false;
  private slowClaims = 0;
  private nextAllMs = -Infinity;
  private nextUntouchedMs = -Infinity;
  /** If a claim of untouched jobs has just come back short: when to make the next one, should there be enough jobs. */
  private restedMs: number | null = null;

  /**
   * Whether claims keep to what lies after the marks, because a walk over every job takes too long. Then what lies behind
   * is searched beside the claims.
   */
  get guarded(): boolean {
    return this.isGuarded;
  }

  guard(): void {
    this.isGuarded = true;
  }

  open(): void {
    this.isGuarded = false;
    this.slowClaims = 0;
    this.nextAllMs = -Infinity;
  }

  choose(nowMs: number, hasMarks: boolean): Reach {
    const widest = this.isGuarded ? 'ahead' : 'all';
    if (this.mustLookAgain || !hasMarks || (!this.isGuarded && nowMs >= this.nextAllMs)) return widest;
    return nowMs < this.nextUntouchedMs ? 'ahead' : 'untouched';
  }

  note(reach: Reach, end: ClaimEnd): void {
    const { startedMs, isPartial } = end;
    const isShort = end.claimed < end.limit;
    const widest = this.isGuarded ? 'ahead' : 'all';
    this.mustLookAgain = isShort && (reach !== widest || isPartial);
    if (this.mustLookAgain && reach === 'untouched') this.restedMs = afterRest(startedMs, TOUCHED_REST_MS);
    if (reach === widest) this.rest(!isShort);
    if (reach === 'all') this.noteAll(end);
  }

  private rest(foundEnough: boolean): void {
    if (foundEnough && this.restedMs !== null) this.nextUntouchedMs = this.restedMs;
    this.restedMs = null;
  }

  private noteAll({ startedMs, claimed, text }: ClaimEnd): void {
    const tookMs = performance.now() - startedMs;
    const explainedMs = SLOW_MS + claimed * SLOW_MS_PER_JOB + (text / MEBIBYTE) * SLOW_MS_PER_MEBIBYTE;
    this.slowClaims = tookMs > explainedMs ? this.slowClaims + 1 : 0;
    if (this.slowClaims >= SLOW_CLAIMS) this.guard();
    this.nextAllMs = afterRest(startedMs, ALL_EVERY_MS);
  }
}

/** When to make a claim again that began then and has just ended. */
function afterRest(startedMs: number, leastMs: number): number {
  return startedMs + Math.max(leastMs, (performance.now() - startedMs) / FAR_SHARE);
}
