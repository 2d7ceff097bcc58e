import type { ClaimStore } from '../../store/stages/claim.store.js';
import type { BehindRequest, LeftOut } from '../../store/sql/claim/claim-params.js';
import type { BehindJob } from '../../store/sql/claim/find-behind.sql.js';
import { laneKey, type Lane, type Mark } from '../../store/lane.js';
import type { PassedJob } from '../passed-jobs.js';
import type { ServerClock } from '../server-clock.js';
import { Sleeper } from '../../support/time/sleeper.js';
import { WalkStretches, type Stretch } from './walk-stretches.js';
import type { Clock } from '../../support/time/clock.js';

/** A lane, and how far claims have passed it. */
export interface PassedLane {
  readonly lane: Lane;
  /** A due time as PostgreSQL writes it, or in ISO 8601. */
  readonly until: string;
}

export interface BehindSearchOptions {
  store: Pick<ClaimStore, 'findBehind'>;
  shards: number;
  serverClock: ServerClock;
  clock: Clock;
  lanes: (shard: number) => PassedLane[];
  /** What it does not look for. */
  leftOut: () => LeftOut | null;
  /** Takes the jobs that were found. Resolves once claims have asked for all of them. */
  onFound: (jobs: PassedJob[]) => Promise<void>;
  /** The server's clock was set back, so the marks set by it are wrong. */
  onSetBack: () => void;
  /** Whether a whole round looks at all that claims would step over. */
  isThorough: () => boolean;
  /** Such a round took so little time that claims can look at all jobs themselves. */
  onQuick: () => void;
  /** A whole round took a second or more. */
  onSlow: (tookMs: number) => void;
  onError: (error: unknown) => void;
}

interface Part {
  shard: number;
  stretch: Stretch;
  lanes: PassedLane[];
}

/** The share of the time that the search may take. */
const SHARE = 1 / 20;
/** The share in the first round: jobs may have been waiting since before this worker started. */
const FIRST_SHARE = 1 / 2;
const ROUND_EVERY_MS = 1_000;
/** Most jobs behind the marks fell due in the last minute. It is searched every second, between other parts. */
const RECENT_MS = 60_000;
const RECENT_EVERY_MS = 1_000;
const AFTER_ERROR_MS = 5_000;
const QUICK_MS = 5;
const SLOW_MS = 1_000;
const MAX_FOUND = 500;
/** Keeps the statements of a worker with thousands of queues small. */
const MAX_LANES = 256;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Looks for due jobs behind the marks of guarded claims: late commits, back-dated jobs, and jobs due before this worker
 * started. It runs beside the claims in short parts, so a walk over millions of dead entries delays no claim
 * (docs/decisions/0028-held-snapshots.md).
 */
export class BehindSearch {
  private readonly sleeper = new Sleeper();
  private searching: Promise<void> | null = null;
  private isOn = false;
  private isStopped = false;
  /** Whether the next round begins at once, with the share of the first. */
  private isHurried = false;
  private recentDueMs = 0;

  constructor(private readonly options: BehindSearchOptions) {}

  start(): void {
    if (this.isStopped) return;
    if (!this.isOn) this.isHurried = true;
    this.isOn = true;
    this.searching ??= this.searchWhileOn().finally(() => (this.searching = null));
  }

  /** Much may be behind the marks: begins a new round at once. */
  hurry(): void {
    this.isHurried = true;
    this.sleeper.wake();
  }

  /** Ends the search until the next `start()`. */
  pause(): void {
    this.isOn = false;
    this.sleeper.wake();
  }

  /** Ends the search for good. Does not wait for the current statement. */
  stop(): void {
    this.isStopped = true;
    this.pause();
  }

  private async searchWhileOn(): Promise<void> {
    const stretches = new WalkStretches(this.nowMs);
    while (this.isOn) {
      const share = this.isHurried ? FIRST_SHARE : SHARE;
      this.isHurried = false;
      const startedMs = this.options.clock.steadyMs();
      for (const part of this.parts(stretches.all)) await this.searchAndRest(part, share, stretches);
      if (this.isHurried) stretches.forget();
      else {
        this.judge(stretches.tookMs);
        stretches.nextRound();
        await this.rest(startedMs + ROUND_EVERY_MS - this.options.clock.steadyMs());
      }
    }
  }

  /** Whether the current round goes on. */
  private get goesOn(): boolean {
    return this.isOn && !this.isHurried;
  }

  /** The server's time, as far as it is known. */
  private get nowMs(): number {
    const { serverClock, clock } = this.options;
    return serverClock.nowMs ?? clock.epochMs();
  }

  private judge(tookMs: number): void {
    if (tookMs >= SLOW_MS) this.options.onSlow(tookMs);
    if (tookMs >= QUICK_MS || !this.isOn || !this.options.isThorough()) return;
    this.isOn = false;
    this.options.onQuick();
  }

  private async searchAndRest(part: Part, share: number, stretches: WalkStretches): Promise<void> {
    const tookMs = await this.search(part);
    stretches.note(part.stretch, tookMs);
    await this.rest(tookMs / share - tookMs);
  }

  private async rest(ms: number): Promise<void> {
    const endMs = this.options.clock.steadyMs() + ms;
    while (this.goesOn) {
      if (this.options.clock.steadyMs() >= this.recentDueMs) await this.searchRecent();
      const nowMs = this.options.clock.steadyMs();
      if (nowMs >= endMs) return;
      await this.sleeper.sleep(Math.min(endMs, this.recentDueMs) - nowMs);
    }
  }

  private async searchRecent(): Promise<void> {
    const startedMs = this.options.clock.steadyMs();
    const fromMs = this.nowMs - RECENT_MS;
    for (const part of this.parts([{ fromMs, toMs: Infinity }])) await this.search(part);
    this.recentDueMs = startedMs + Math.max(RECENT_EVERY_MS, (this.options.clock.steadyMs() - startedMs) / SHARE);
  }

  /** Ends early if the round is broken off. */
  private *parts(stretches: readonly Stretch[]): Generator<Part> {
    for (const stretch of stretches)
      for (let shard = 0; shard < this.options.shards; shard++) {
        const lanes = this.options.lanes(shard);
        for (let i = 0; i < lanes.length && this.goesOn; i += MAX_LANES)
          yield { shard, stretch, lanes: lanes.slice(i, i + MAX_LANES) };
      }
  }

  /** Returns how long the search took. A failed search counts as long, so that the next round divides its stretch. */
  private async search(part: Part): Promise<number> {
    try {
      return await this.searchToEnd(part);
    } catch (error) {
      if (!this.isOn) return 0;
      this.options.onError(error);
      await this.sleeper.sleep(AFTER_ERROR_MS);
      return AFTER_ERROR_MS;
    }
  }

  /** Returns how long the last statement took. Earlier ones found full batches, so they prove nothing. */
  private async searchToEnd({ shard, stretch, lanes }: Part): Promise<number> {
    const { store, serverClock, clock, leftOut, onFound, onSetBack } = this.options;
    let left = lanes;
    let after: Mark = { time: timeText(stretch.fromMs), id: LAST_ID };
    for (;;) {
      const startedMs = clock.steadyMs();
      const request = requestOf(shard, left, after, stretch);
      const { now_ms, found } = await store.findBehind({ ...request, leftOut: leftOut() });
      const tookMs = clock.steadyMs() - startedMs;
      if (serverClock.set(now_ms, startedMs)) onSetBack();
      if (found.length === 0 || !this.goesOn) return tookMs;
      await onFound(
        found.map(({ id, run, queue, priority }) => ({ shard, id, run, priority, lane: laneKey(queue, priority) })),
      );
      if (found.length < MAX_FOUND || !this.goesOn) return tookMs;
      const last = found.at(-1)!;
      after = last;
      left = fromLane(left, last);
    }
  }
}

/** The lane of the last job found, and those after it. Earlier lanes are finished. */
function fromLane(lanes: PassedLane[], { queue, priority }: BehindJob): PassedLane[] {
  const key = laneKey(queue, priority);
  return lanes.slice(lanes.findIndex(({ lane }) => lane.key === key));
}

/** `after` is where the first lane continues. The others start with the stretch. */
function requestOf(
  shard: number,
  lanes: PassedLane[],
  after: Mark,
  { fromMs, toMs }: Stretch,
): Omit<BehindRequest, 'leftOut'> {
  const start: Mark = { time: timeText(fromMs), id: LAST_ID };
  return {
    shard,
    lanes: lanes.map(({ lane, until }, i) => ({ lane, after: i === 0 ? after : start, until })),
    to: timeText(toMs),
    limit: MAX_FOUND,
  };
}

function timeText(ms: number): string {
  if (Number.isFinite(ms)) return new Date(ms).toISOString();
  return ms < 0 ? '-infinity' : 'infinity';
}
