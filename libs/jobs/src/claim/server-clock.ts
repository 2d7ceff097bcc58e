/** A step of the server's clock, rather than the drift of two clocks. */
const STEP_MS = 250;

/** The clock of the database server, as far as it is known from its answers. Never ahead of it, unless it is set back. */
export class ServerClock {
  /** From `performance.now()` to the server's clock. */
  private offsetMs = -Infinity;

  /** Milliseconds since 1970, or null before the first answer. */
  get nowMs(): number | null {
    return Number.isFinite(this.offsetMs) ? performance.now() + this.offsetMs : null;
  }

  /**
   * Notes an answer that has just come to what was asked at `askedMs` of `performance.now()`. True if the server's clock
   * was set back meanwhile.
   */
  set(serverMs: number, askedMs: number): boolean {
    const least = serverMs - performance.now();
    const most = serverMs - askedMs;
    const wasSetBack = this.offsetMs > most + STEP_MS;
    this.offsetMs = Math.min(Math.max(this.offsetMs, least), most);
    return wasSetBack;
  }
}
