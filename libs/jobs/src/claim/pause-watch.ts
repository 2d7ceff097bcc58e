import type { PausesRow } from '../store/sql/lease/read-pauses.sql.js';
import { nsToMs, type Clock } from '../support/time/clock.js';

export interface PauseWatchParts {
  clock: Clock;
  read: () => Promise<PausesRow>;
  /** Pauses exactly these queues. */
  apply: (queues: readonly string[]) => void;
  /** A read failed. The next renewal of the lease reads again. */
  onError: (error: unknown) => void;
}

/** Pauses that end later than this are read again before. */
const LONGEST_TIMER_MS = 60_000;
/** A timer of Node can fire this much too early. */
const TIMER_EARLY_MS = 1;

/**
 * Keeps the paused queues of a worker in line with the database. Each renewal of the lease reads them. In between it
 * looks when a message says that they have changed, and when a pause ends.
 */
export class PauseWatch {
  private timer: NodeJS.Timeout | undefined;
  private seenMs = -Infinity;
  private asked = false;
  private looking: Promise<void> | null = null;
  private stopped = false;
  private paused: readonly string[] = [];

  constructor(private readonly parts: PauseWatchParts) {}

  /** Reads before the worker claims for the first time, so that a restart starts nothing of a paused queue. */
  async start(): Promise<void> {
    const sentMs = this.nowMs;
    this.seen(await this.parts.read(), sentMs);
  }

  /**
   * Takes the answer of a read that was sent at `sentMs`, in milliseconds of `Clock.sharedNs()`. The answers of renewals come from another
   * thread and may be late. One that was sent before the latest look knows less than that did, and changes nothing.
   */
  seen({ paused_queues: queues, pause_ends_in_ms: endsInMs }: PausesRow, sentMs: number): void {
    if (this.stopped || sentMs < this.seenMs) return;
    this.seenMs = sentMs;
    this.paused = queues;
    this.parts.apply(queues);
    clearTimeout(this.timer);
    if (endsInMs === null || endsInMs > LONGEST_TIMER_MS) return;
    this.timer = setTimeout(() => void this.look(), Math.max(0, endsInMs) + TIMER_EARLY_MS);
    this.timer.unref();
  }

  /** For a worker that replaces another: it starts with what is known. */
  applied<W extends { paused: readonly string[] }>(worker: W): W {
    worker.paused = this.paused;
    return worker;
  }

  /** Reads which queues are paused. Calls during a read share the next one. Never rejects. */
  look(): Promise<void> {
    this.asked = true;
    return (this.looking ??= this.lookWhileAsked());
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private get nowMs(): number {
    return nsToMs(this.parts.clock.sharedNs());
  }

  private async lookWhileAsked(): Promise<void> {
    while (this.asked && !this.stopped) {
      this.asked = false;
      const sentMs = this.nowMs;
      await this.parts.read().then((row) => this.seen(row, sentMs), this.parts.onError);
    }
    this.looking = null;
  }
}
