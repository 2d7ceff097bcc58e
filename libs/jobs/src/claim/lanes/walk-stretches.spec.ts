import { WalkStretches } from './walk-stretches.js';

const NOW = Date.UTC(2026, 4, 1);

describe('WalkStretches', () => {
  /** Walks all stretches, where each second between `fromMs` and `toMs` takes `msPerSecond`. */
  function walk(stretches: WalkStretches, msPerSecond: number, fromMs: number, toMs: number): number[] {
    return stretches.all.map((stretch) => {
      const seconds = Math.max(0, Math.min(toMs, stretch.toMs) - Math.max(fromMs, stretch.fromMs)) / 1_000;
      stretches.note(stretch, seconds * msPerSecond + 0.1);
      return seconds * msPerSecond;
    });
  }

  it('covers all of time without a gap, in every round', () => {
    const stretches = new WalkStretches(NOW);
    for (let round = 0; round < 5; round++) {
      expect(stretches.all[0]!.fromMs).toBe(-Infinity);
      expect(stretches.all.at(-1)!.toMs).toBe(Infinity);
      for (const [i, { fromMs }] of stretches.all.slice(1).entries()) expect(fromMs).toBe(stretches.all[i]!.toMs);
      walk(stretches, 4, NOW - 3_600_000, NOW);
      stretches.nextRound();
    }
  });

  it('divides long stretches until none takes much longer than a tenth of a second', () => {
    const stretches = new WalkStretches(NOW);
    let longest = Infinity;
    for (let round = 0; round < 6; round++) {
      longest = Math.max(...walk(stretches, 4, NOW - 3_600_000, NOW));
      stretches.nextRound();
    }
    expect(longest).toBeLessThan(150);
    expect(stretches.all.length).toBeLessThan(1_000);
  });

  it('ends with one stretch where a whole round takes no time', () => {
    const stretches = new WalkStretches(NOW);
    walk(stretches, 0, 0, 0);
    stretches.nextRound();
    expect(stretches.all).toEqual([expect.objectContaining({ fromMs: -Infinity, toMs: Infinity })]);
    expect(stretches.tookMs).toBe(0);
  });
});
