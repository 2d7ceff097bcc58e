import { Allowance } from '../support/allowance.js';
import { ALL_QUEUES, type WakeHint } from './wake-up.js';
import { OwnDueTimes } from './own-due-times.js';
import { PeerDoubts } from './peer-doubts.js';
import type { WakeFleet } from './wake-fleet.js';
import { backUpDelayMs, dueToken, FIRST, hashOf, placeAmong, workersFor, type Peer, type Place } from './wake-order.js';

/** A job that was claimed, and how long it had been due by then. */
interface Waited {
  row: { wait_ms: number };
}

/** The worker whose turns these are. */
export interface TurnTaker {
  id: string;
  concurrency: number;
  loop: {
    /** Claims. */
    wake: () => void;
    /** Asks what is due, and claims only if something is. */
    check: () => void;
  };
}

/** Workers that missed a turn if the next look finds jobs. */
interface Blame {
  ids: readonly string[];
  /** Jobs that have waited for less than this are not what they left. Null: it is this worker's turn. */
  leftMs: number | null;
  untilMs: number;
}

export interface WakeTurnsOptions {
  fleet: Pick<WakeFleet, 'of' | 'alike'>;
  queues: readonly string[];
  pollIntervalMs: number;
  worker: () => TurnTaker;
}

/** How often a worker may look after others in vain: twice at once, and then so rarely that the fleet does 15 times a second. */
const BACK_UP_GAP_PER_WORKER_MS = 67;
const BACK_UP_BURST = 2;
/** Jobs that have waited this long were left by the workers before, however long this one has waited for its look. */
const LEFT_MS = 25;
/** How long a worker that has missed its turn is passed over. */
const DOUBT_MS = 10_000;
/** A look that takes longer was held up, and says nothing about who missed a turn. */
const VERDICT_MS = 100;

/**
 * Decides when this worker looks for jobs that the whole fleet has heard of. Each wake-up chooses as many workers as its
 * jobs need. The others see a moment later whether the jobs were taken (docs/decisions/0009-wake-up.md).
 */
export class WakeTurns {
  private readonly backUps = new Allowance(BACK_UP_GAP_PER_WORKER_MS, BACK_UP_BURST);
  /** Not the same for all workers, so that they do not come to look together. */
  private readonly gapPerWorkerMs = BACK_UP_GAP_PER_WORKER_MS * (0.75 + Math.random() / 2);
  private readonly ownDue = new OwnDueTimes();
  private readonly doubts = new PeerDoubts(DOUBT_MS);
  private readonly queues: ReadonlySet<string>;
  private backUp: { atMs: number; timer: NodeJS.Timeout } | null = null;
  private blamed: Blame | null = null;

  constructor(private readonly options: WakeTurnsOptions) {
    this.queues = new Set(options.queues);
  }

  /** Jobs were added to these queues. */
  hear(woken: readonly string[], { inMs, jobs, token }: WakeHint): void {
    const own = woken.includes(ALL_QUEUES) ? this.options.queues : woken.filter((queue) => this.queues.has(queue));
    // The worker looks again within its poll interval, and finds by itself what falls due later.
    if (inMs >= this.options.pollIntervalMs || own.length === 0) return;
    if (token === null) return this.addedHere(inMs);
    const place = inMs > 0 ? this.placeAt(inMs) : this.bestPlace(own, token);
    const chosen = workersFor(jobs, this.options.worker().concurrency);
    if (place.rank >= chosen) this.backUpIn(inMs, backUpDelayMs(place.rank - chosen), place);
    else if (inMs > 0) this.options.worker().loop.check();
    else this.takeTurn(place);
  }

  /** Jobs are due, or fall due in `inMs`, and other workers may not know of them. */
  addedHere(inMs: number): void {
    const { loop } = this.options.worker();
    if (inMs <= 0) return loop.wake();
    this.ownDue.add(performance.now() + inMs);
    loop.check();
  }

  /** In how many milliseconds to look if the next job falls due in `dueMs`. Later, or Infinity, if others look after that one. */
  planned(dueMs: number): number {
    if (dueMs <= 0 || dueMs >= this.options.pollIntervalMs) return dueMs;
    const place = this.placeAt(dueMs);
    const nowMs = performance.now();
    if (place.rank === 0 || this.ownDue.has(nowMs + dueMs)) return dueMs;
    this.backUpIn(dueMs, backUpDelayMs(place.rank - 1), place);
    return this.ownDue.firstAfter(nowMs + dueMs) - nowMs;
  }

  /** A look has ended, with these jobs. */
  looked(claimed: readonly Waited[]): void {
    const { blamed } = this;
    if (!blamed) return;
    this.blamed = null;
    if (performance.now() > blamed.untilMs) return;
    const { ids, leftMs } = blamed;
    if (claimed.some(({ row }) => row.wait_ms >= (leftMs ?? 0))) {
      this.doubts.add(ids);
      this.backUps.refill();
    } else if (leftMs === null) this.doubts.clear(ids);
  }

  stop(): void {
    if (this.backUp) clearTimeout(this.backUp.timer);
  }

  private takeTurn({ skipped }: Place): void {
    if (skipped.length > 0) this.blame(skipped, null);
    this.options.worker().loop.wake();
  }

  /** One look is enough for all that was heard before it. */
  private backUpIn(inMs: number, delayMs: number, { before, skipped, workers }: Place): void {
    this.backUps.gapMs = this.gapPerWorkerMs * workers;
    const waitMs = Math.ceil(Math.max(inMs + delayMs, this.backUps.waitMs()));
    const atMs = performance.now() + waitMs;
    if (this.backUp && this.backUp.atMs <= atMs) return;
    this.stop();
    const timer = setTimeout(() => this.lookAfter([...before, ...skipped], Math.min(waitMs - inMs, LEFT_MS)), waitMs);
    timer.unref();
    this.backUp = { atMs, timer };
  }

  private lookAfter(others: readonly string[], leftMs: number): void {
    this.backUp = null;
    this.backUps.take();
    this.blame(others, leftMs);
    this.options.worker().loop.check();
  }

  private blame(ids: readonly string[], leftMs: number | null): void {
    this.blamed = { ids, leftMs, untilMs: performance.now() + VERDICT_MS };
  }

  private bestPlace(queues: readonly string[], token: number): Place {
    let best: Place | null = null;
    for (const queue of queues) {
      const place = this.placeIn(this.options.fleet.of(queue), token);
      if (!best || place.rank < best.rank) best = place;
      if (best.rank === 0) break;
    }
    return best ?? FIRST;
  }

  /** Due times are known to the workers of the same queues only. */
  private placeAt(inMs: number): Place {
    return this.placeIn(this.options.fleet.alike, dueToken(inMs));
  }

  private placeIn(peers: readonly Peer[], token: number): Place {
    return placeAmong(peers, hashOf(this.options.worker().id), token, this.doubts);
  }
}
