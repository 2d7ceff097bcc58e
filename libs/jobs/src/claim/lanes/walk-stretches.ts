/** A range of due times, in milliseconds since 1970. It excludes `fromMs` and includes `toMs`. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Measured extends Stretch {
  tookMs: number;
}

/** Each of the first stretches reaches twice as far into the past as the one after it, up to some seventeen years. */
const DOUBLINGS = 30;
const LONG_MS = 100;
const SHORT_MS = 20;
const PARTS = 8;

/**
 * Divides all due times into stretches that take about equally long to walk. The number of entries in a stretch is
 * known only after a walk. So after each round, stretches that took long are divided and short ones are joined.
 */
export class WalkStretches {
  private stretches: Measured[];

  constructor(nowMs: number) {
    const bounds = Array.from({ length: DOUBLINGS }, (_, i) => nowMs - 1_000 * 2 ** (DOUBLINGS - 1 - i));
    this.stretches = between([-Infinity, ...bounds, Infinity]);
  }

  /** The stretches of this round, oldest first. */
  get all(): readonly Stretch[] {
    return this.stretches;
  }

  /** How long the whole round took, in milliseconds. */
  get tookMs(): number {
    return this.stretches.reduce((sum, { tookMs }) => sum + tookMs, 0);
  }

  /** Adds to the time that the walk over a stretch took in this round. */
  note(stretch: Stretch, tookMs: number): void {
    (stretch as Measured).tookMs += tookMs;
  }

  /** The round was broken off. */
  forget(): void {
    for (const stretch of this.stretches) stretch.tookMs = 0;
  }

  /** Divides and joins stretches for the next round. */
  nextRound(): void {
    const joined: Measured[] = [];
    for (const stretch of this.stretches.flatMap(divided)) {
      const last = joined.at(-1);
      if (last && last.tookMs + stretch.tookMs < SHORT_MS)
        joined[joined.length - 1] = { fromMs: last.fromMs, toMs: stretch.toMs, tookMs: last.tookMs + stretch.tookMs };
      else joined.push(stretch);
    }
    this.stretches = joined.map(({ fromMs, toMs }) => ({ fromMs, toMs, tookMs: 0 }));
  }
}

function divided(stretch: Measured): Measured[] {
  const { fromMs, toMs, tookMs } = stretch;
  const lengthMs = toMs - fromMs;
  if (tookMs <= LONG_MS || !Number.isFinite(lengthMs) || lengthMs < PARTS) return [stretch];
  const bounds = Array.from({ length: PARTS + 1 }, (_, i) => Math.round(fromMs + (lengthMs * i) / PARTS));
  return between(bounds).map((part) => ({ ...part, tookMs: tookMs / PARTS }));
}

function between(bounds: readonly number[]): Measured[] {
  return bounds.slice(1).map((toMs, i) => ({ fromMs: bounds[i]!, toMs, tookMs: 0 }));
}
