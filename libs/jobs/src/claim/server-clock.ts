import type { Clock } from '../support/time/clock.js';

/** A larger difference means that the clock was set, not that two clocks drifted apart. */
const STEP_MS = 250;

/** The clock of the database server, estimated from its replies. Never ahead of it, unless it is set back. */
export class ServerClock {
  /** Add this to `Clock.steadyMs()` to get the server's time. */
  private offsetMs = -Infinity;

  constructor(private readonly clock: Clock) {}

  /** Milliseconds since 1970. Null before the first reply. */
  get nowMs(): number | null {
    return Number.isFinite(this.offsetMs) ? this.clock.steadyMs() + this.offsetMs : null;
  }

  /**
   * Takes the server's time from a reply that has just arrived. `askedMs` is when the question was sent, by
   * `Clock.steadyMs()`. Returns true if the server's clock was set back.
   */
  set(serverMs: number, askedMs: number): boolean {
    const least = serverMs - this.clock.steadyMs();
    const most = serverMs - askedMs;
    const wasSetBack = this.offsetMs > most + STEP_MS;
    this.offsetMs = Math.min(Math.max(this.offsetMs, least), most);
    return wasSetBack;
  }
}
