/**
 * Chance that can be had again: the same seed and the same scenario give the same faults in the same order. What the
 * operating system makes of them (which job a killed worker held) is not repeated.
 */
export class Plan {
  private state: number;

  constructor(seed: number, scenario: string) {
    this.state = Buffer.from(scenario).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), seed | 0);
  }

  /** From 0 up to, not including, 1 (mulberry32). */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error('There is nothing to pick from: has every worker ended?');
    return items[Math.floor(this.fraction() * items.length)]!;
  }
}
