import type { Clock } from '../support/time/clock.js';

/** How often the main thread shows that its event loop turns, in milliseconds. */
const BEAT_EVERY_MS = 500;
/** Shorter blocks are not reported, in milliseconds. */
const REPORT_MS = 1_000;

export interface EventLoopWatchOptions {
  clock: Clock;
  beat: () => void;
  /** The event loop turns again after a block since `sinceMs`, in `this.options.clock.steadyMs()` milliseconds. */
  onBlocked: (blockedMs: number, sinceMs: number) => void;
}

/** Shows the heartbeat thread that the event loop turns, and reports a block once it is over. */
export class EventLoopWatch {
  private timer: NodeJS.Timeout | undefined;
  private lastBeatMs = 0;

  constructor(private readonly options: EventLoopWatchOptions) {}

  start(): void {
    this.lastBeatMs = this.options.clock.steadyMs();
    this.options.beat();
    this.timer = setInterval(() => this.beat(), BEAT_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const sinceMs = this.lastBeatMs;
    this.lastBeatMs = this.options.clock.steadyMs();
    this.options.beat();
    const blockedMs = this.lastBeatMs - sinceMs - BEAT_EVERY_MS;
    if (blockedMs >= REPORT_MS) this.options.onBlocked(blockedMs, sinceMs);
  }
}
