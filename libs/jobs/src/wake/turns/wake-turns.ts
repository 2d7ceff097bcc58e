import { Allowance } from '../../support/time/allowance.js';
import { ALL_QUEUES, type WakeHint } from '../wake-message.js';
import { OwnDueTimes } from './own-due-times.js';
import { PeerDoubts } from './peer-doubts.js';
import type { WakeFleet } from './wake-fleet.js';
import { backUpDelayMs, dueToken, FIRST, hashOf, placeAmong, workersFor, type Peer, type Place } from './wake-order.js';
import type { Clock } from '../../support/time/clock.js';

/** A claimed job, with the time that it had been due. */
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

/** Workers that have missed a turn if the next look finds jobs. */
interface Blame {
  ids: readonly string[];
  /** Only jobs that have waited at least this long were left behind. Null if it is this worker's own turn. */
  leftMs: number | null;
  untilMs: number;
}

export interface WakeTurnsOptions {
  fleet: Pick<WakeFleet, 'of' | 'alike'>;
  queues: readonly string[];
  clock: Clock;
  pollIntervalMs: number;
  worker: () => TurnTaker;
}

/**
 * How often a worker may check whether others left jobs behind, while it finds none: twice in a row, then so that all
 * workers together check about 15 times a second.
 */
const BACK_UP_GAP_PER_WORKER_MS = 67;
const BACK_UP_BURST = 2;
/** Jobs that have waited this long count as left behind, even if the look itself waited longer. */
const LEFT_MS = 25;
/** How long a worker that missed its turn is skipped. */
const DOUBT_MS = 10_000;
/** A look that ends later than this was delayed, so it proves nothing about other workers. */
const VERDICT_MS = 100;

/**
 * Decides when this worker looks for jobs that the whole fleet has heard of (docs/decisions/0027-wake-order.md). Each
 * wake-up chooses as many workers as its jobs need. The others check a moment later whether the jobs were taken.
 */
export class WakeTurns {
  private readonly backUps: Allowance;
  /** Differs between workers, so that they do not look at the same moment. */
  private readonly gapPerWorkerMs = BACK_UP_GAP_PER_WORKER_MS * (0.75 + Math.random() / 2);
  private readonly ownDue: OwnDueTimes;
  private readonly doubts: PeerDoubts;
  private readonly queues: ReadonlySet<string>;
  private backUp: { atMs: number; timer: NodeJS.Timeout } | null = null;
  private blamed: Blame | null = null;

  constructor(private readonly options: WakeTurnsOptions) {
    const { clock, queues } = options;
    this.queues = new Set(queues);
    this.backUps = new Allowance(BACK_UP_GAP_PER_WORKER_MS, BACK_UP_BURST, clock);
    this.ownDue = new OwnDueTimes(clock);
    this.doubts = new PeerDoubts(DOUBT_MS, clock);
  }

  /** Acts on a wake-up for these queues. */
  hear(woken: readonly string[], { inMs, jobs, token }: WakeHint): void {
    const own = woken.includes(ALL_QUEUES) ? this.options.queues : woken.filter((queue) => this.queues.has(queue));
    // Jobs due after the next poll need no wake-up.
    if (inMs >= this.options.pollIntervalMs || own.length === 0) return;
    if (token === null) return this.addedHere(inMs);
    const place = inMs > 0 ? this.placeAt(inMs) : this.bestPlace(own, token);
    const chosen = workersFor(jobs, this.options.worker().concurrency);
    if (place.rank >= chosen) this.backUpIn(inMs, backUpDelayMs(place.rank - chosen), place);
    else if (inMs > 0) this.options.worker().loop.check();
    else this.takeTurn(place);
  }

  /** Jobs are due now or in `inMs`, and other workers may not know of them. */
  addedHere(inMs: number): void {
    const { loop } = this.options.worker();
    if (inMs <= 0) return loop.wake();
    this.ownDue.add(this.options.clock.steadyMs() + inMs);
    loop.check();
  }

  /** Milliseconds until this worker looks for a job due in `dueMs`. Longer, or Infinity, if other workers will. */
  planned(dueMs: number): number {
    if (dueMs <= 0 || dueMs >= this.options.pollIntervalMs) return dueMs;
    const place = this.placeAt(dueMs);
    const nowMs = this.options.clock.steadyMs();
    if (place.rank === 0 || this.ownDue.has(nowMs + dueMs)) return dueMs;
    this.backUpIn(dueMs, backUpDelayMs(place.rank - 1), place);
    return this.ownDue.firstAfter(nowMs + dueMs) - nowMs;
  }

  /** Judges other workers by the jobs that a look has claimed. */
  looked(claimed: readonly Waited[]): void {
    const { blamed } = this;
    if (!blamed) return;
    this.blamed = null;
    if (this.options.clock.steadyMs() > blamed.untilMs) return;
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

  /** One planned look covers everything heard before it, so only the earliest is kept. */
  private backUpIn(inMs: number, delayMs: number, { before, skipped, workers }: Place): void {
    this.backUps.gapMs = this.gapPerWorkerMs * workers;
    const waitMs = Math.ceil(Math.max(inMs + delayMs, this.backUps.waitMs()));
    const atMs = this.options.clock.steadyMs() + waitMs;
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
    this.blamed = { ids, leftMs, untilMs: this.options.clock.steadyMs() + VERDICT_MS };
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

  /** Only workers with the same queues plan by due times. */
  private placeAt(inMs: number): Place {
    return this.placeIn(this.options.fleet.alike, dueToken(this.options.clock.epochMs() + inMs));
  }

  private placeIn(peers: readonly Peer[], token: number): Place {
    return placeAmong(peers, hashOf(this.options.worker().id), token, this.doubts);
  }
}
