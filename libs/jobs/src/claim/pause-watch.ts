import type { WishesRow } from '../store/sql/lease/read-wishes.sql.js';
import { nsToMs, type Clock } from '../support/time/clock.js';
import type { Steering } from './claimed-queues.js';

export interface PauseWatchParts {
  clock: Clock;
  read: () => Promise<WishesRow>;
  /** Pauses exactly these queues and types, and drains the worker or ends that. */
  apply: (steering: Steering) => void;
  /** An operator has set how many slots the worker shall have. */
  setSlots: (slots: number) => void;
  /** A read failed. The next renewal of the lease reads again. */
  onError: (error: unknown) => void;
}

/** Pauses that end later than this are read again before. */
const LONGEST_TIMER_MS = 60_000;
/** A timer of Node can fire this much too early. */
const TIMER_EARLY_MS = 1;

/**
 * Keeps a worker in line with what operators have set: paused queues and types, whether it is drained, how many slots it
 * has. Each renewal of the lease reads that. In between it looks when a message says that something has changed, and when
 * a pause ends.
 */
export class PauseWatch {
  private timer: NodeJS.Timeout | undefined;
  private seenMs = -Infinity;
  private asked = false;
  private looking: Promise<void> | null = null;
  private stopped = false;
  private steering: Steering = { paused: [], pausedTypes: [], isDrained: false };
  /** When the slots were set that the worker has got. What the application sets afterwards is not undone. */
  private slotsSetMs: number | null = null;

  constructor(private readonly parts: PauseWatchParts) {}

  /** Reads before the worker claims for the first time, so that a restart starts nothing that is paused. */
  async start(): Promise<void> {
    const sentMs = this.nowMs;
    this.seen(await this.parts.read(), sentMs);
  }

  /**
   * Takes the answer of a read that was sent at `sentMs`, in milliseconds of `Clock.sharedNs()`. The answers of renewals come from another
   * thread and may be late. One that was sent before the latest look knows less than that did, and changes nothing.
   */
  seen(wishes: WishesRow, sentMs: number): void {
    if (this.stopped || sentMs < this.seenMs) return;
    this.seenMs = sentMs;
    // While others have declared the worker dead, nobody can say. The one that replaces it goes on as it was.
    const isDrained = wishes.is_drained ?? this.steering.isDrained;
    this.steering = { paused: wishes.paused_queues, pausedTypes: wishes.paused_types, isDrained };
    this.parts.apply(this.steering);
    this.takeSlots(wishes);
    this.lookAgainIn(wishes.pause_ends_in_ms);
  }

  /** For a worker that replaces another: it starts with what is known. */
  applied<W extends { steer: (steering: Steering) => void }>(worker: W): W {
    worker.steer(this.steering);
    return worker;
  }

  /** Reads what operators have set. Calls during a read share the next one. Never rejects. */
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

  private takeSlots({ wanted_slots: slots, wanted_ms: setMs }: WishesRow): void {
    if (slots === null || setMs === null || setMs === this.slotsSetMs) return;
    this.slotsSetMs = setMs;
    this.parts.setSlots(slots);
  }

  private lookAgainIn(endsInMs: number | null): void {
    clearTimeout(this.timer);
    if (endsInMs === null || endsInMs > LONGEST_TIMER_MS) return;
    this.timer = setTimeout(() => void this.look(), Math.max(0, endsInMs) + TIMER_EARLY_MS);
    this.timer.unref();
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
