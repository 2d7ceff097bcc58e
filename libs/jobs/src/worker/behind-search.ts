import type { JobStore } from '../store/job.store.js';
import type { FindBehindParams } from '../store/sql/find-behind.sql.js';
import type { Mark } from './claim-marks.js';
import type { Lane } from './lane.js';
import type { ServerClock } from './server-clock.js';
import { Sleeper } from './sleeper.js';
import { WalkStretches, type Stretch } from './walk-stretches.js';

/** A lane, and how far claims have passed it. */
export interface PassedLane {
  readonly lane: Lane;
  readonly until: Readonly<Mark>;
}

/** A due job that claims have passed. */
export interface PassedJob {
  readonly shard: number;
  readonly id: string;
  readonly priority: number;
}

export interface BehindSearchOptions {
  store: Pick<JobStore, 'findBehind'>;
  shards: number;
  clock: ServerClock;
  lanes: (shard: number) => PassedLane[];
  /** Takes what was found, and resolves with how many of these jobs were claimed. */
  onFound: (jobs: PassedJob[]) => Promise<number>;
  /** The server's clock was set back: what was noted by it does not hold. */
  onSetBack: () => void;
  /** A whole round took so little time that claims may look at every job themselves. */
  onQuick: () => void;
  onError: (error: unknown) => void;
}

interface Part {
  shard: number;
  stretch: Stretch;
  lanes: PassedLane[];
}

/** Of the time for walks; the rest is a pause. */
const SHARE = 1 / 20;
const ROUND_EVERY_MS = 1_000;
const AFTER_ERROR_MS = 5_000;
const QUICK_MS = 5;
const MAX_FOUND = 500;
/** So that a worker with thousands of queues makes no statement of megabytes. */
const MAX_LANES = 256;

/**
 * Looks for due jobs behind the marks of the claims: late commits, back-dated jobs, and what was due before this worker
 * started. It runs beside the claims and in short parts, so a walk over millions of dead entries delays nobody.
 */
export class BehindSearch {
  private readonly sleeper = new Sleeper();
  private searching: Promise<void> | null = null;
  private isOn = false;

  constructor(private readonly options: BehindSearchOptions) {}

  start(): void {
    this.isOn = true;
    this.searching ??= this.searchWhileOn().finally(() => (this.searching = null));
  }

  /** No search is under way any more once this resolves. */
  async stop(): Promise<void> {
    this.isOn = false;
    this.sleeper.wake();
    await this.searching;
  }

  private async searchWhileOn(): Promise<void> {
    const stretches = new WalkStretches(this.options.clock.nowMs ?? Date.now());
    while (this.isOn) {
      const startedMs = performance.now();
      await this.round(stretches);
      if (this.isOn && stretches.tookMs < QUICK_MS) {
        this.isOn = false;
        this.options.onQuick();
      }
      stretches.nextRound();
      if (this.isOn) await this.sleeper.sleep(startedMs + ROUND_EVERY_MS - performance.now());
    }
  }

  private async round(stretches: WalkStretches): Promise<void> {
    for (const part of this.parts(stretches)) {
      if (!this.isOn) return;
      try {
        const tookMs = await this.search(part);
        stretches.note(part.stretch, tookMs);
        await this.sleeper.sleep(tookMs / SHARE - tookMs);
      } catch (error) {
        this.options.onError(error);
        // Nobody knows how long it would have taken: the next round walks it in smaller parts.
        stretches.note(part.stretch, AFTER_ERROR_MS);
        await this.sleeper.sleep(AFTER_ERROR_MS);
      }
    }
  }

  private *parts(stretches: WalkStretches): Generator<Part> {
    for (const stretch of stretches.all)
      for (let shard = 0; shard < this.options.shards; shard++) {
        const lanes = this.options.lanes(shard);
        for (let i = 0; i < lanes.length; i += MAX_LANES)
          yield { shard, stretch, lanes: lanes.slice(i, i + MAX_LANES) };
      }
  }

  /** Searches a part until it holds nothing more; returns how long the last search took, which is what found nothing. */
  private async search(part: Part): Promise<number> {
    const { store, clock, onFound, onSetBack } = this.options;
    for (;;) {
      const startedMs = performance.now();
      const { now_ms, found } = await store.findBehind(paramsOf(part));
      const tookMs = performance.now() - startedMs;
      if (clock.set(now_ms, startedMs)) onSetBack();
      if (found.length === 0 || !this.isOn) return tookMs;
      const claimed = await onFound(found.map((job) => ({ ...job, shard: part.shard })));
      if (claimed === 0 || found.length < MAX_FOUND || !this.isOn) return tookMs;
    }
  }
}

function paramsOf({ shard, lanes, stretch }: Part): FindBehindParams {
  return [
    shard,
    lanes.map(({ lane }) => lane.queue),
    lanes.map(({ lane }) => lane.priority),
    lanes.map(({ until }) => until.time),
    lanes.map(({ until }) => until.id),
    timeText(stretch.fromMs),
    timeText(stretch.toMs),
    MAX_FOUND,
  ];
}

function timeText(ms: number): string {
  if (Number.isFinite(ms)) return new Date(ms).toISOString();
  return ms < 0 ? '-infinity' : 'infinity';
}
