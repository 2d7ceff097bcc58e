import { LADDER, shortestStep, stepFor } from './ladder.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

describe('the ladder', () => {
  it('has lengths that divide each other, and is asked for less than it keeps', () => {
    for (const [i, { seconds, keptMs, askedMs }] of LADDER.entries()) {
      const next = LADDER[i + 1];
      if (!next) continue;
      expect(next.seconds % seconds).toBe(0);
      // A row is replaced once the whole step of the next length is old enough.
      expect(askedMs).toBeLessThan(keptMs);
    }
  });

  it.each([
    [HOUR_MS, 60],
    [2 * HOUR_MS, 600],
    [DAY_MS, 600],
    [2 * DAY_MS, 3_600],
    [8 * DAY_MS, 3_600],
    [9 * DAY_MS, 86_400],
    [4_000 * DAY_MS, 86_400],
  ])('tells what is %d ms old in steps of %d s', (ageMs, seconds) => {
    expect(shortestStep(ageMs)).toBe(seconds);
  });

  it.each([
    [HOUR_MS, 60],
    [24 * HOUR_MS, 600],
    [7 * DAY_MS, 3_600],
    [30 * DAY_MS, 86_400],
    [1_000 * DAY_MS, 5 * 86_400],
  ])('makes a series of %d ms in steps of %d s', (lengthMs, seconds) => {
    expect(stepFor(lengthMs, lengthMs)).toBe(seconds);
  });

  it('makes no more than 200 points, and no step that is not there any more', () => {
    for (let lengthMs = HOUR_MS; lengthMs < 3_660 * DAY_MS; lengthMs *= 1.3)
      for (const ageMs of [lengthMs, lengthMs + DAY_MS, lengthMs * 3]) {
        const step = stepFor(lengthMs, ageMs);
        expect(lengthMs / 1_000 / step).toBeLessThanOrEqual(200);
        expect(step % shortestStep(ageMs)).toBe(0);
      }
  });
});
