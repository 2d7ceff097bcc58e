import { bucketOf, BUCKETS, quantile, startOfBucket, sumOfHistograms } from './histogram.js';

/** Always the same numbers, from 0 to 1. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function histogramOf(times: readonly number[]): number[] {
  const counts = Array.from({ length: BUCKETS }, () => 0);
  for (const ms of times) counts[bucketOf(ms)]!++;
  return counts;
}

function exact(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * times.length) - 1)]!;
}

describe('the buckets', () => {
  it('follow each other without a gap, and each begins with the time that it starts at', () => {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      expect(bucketOf(startOfBucket(bucket))).toBe(bucket);
      if (bucket > 0) expect(bucketOf(startOfBucket(bucket) * 0.999_999)).toBe(bucket - 1);
    }
  });

  it('are as documented', () => {
    const starts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(startOfBucket);
    expect(starts).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4]);
    expect(startOfBucket(BUCKETS - 1) / 86_400_000).toBeCloseTo(5.4, 1);
  });

  it.each([
    [-5, 0],
    [Number.NaN, 0],
    [1e15, BUCKETS - 1],
    [Infinity, BUCKETS - 1],
  ])('take in any time, such as %d', (ms, bucket) => {
    expect(bucketOf(ms)).toBe(bucket);
  });
});

describe('quantile', () => {
  const random = numbers(42);
  const next = () => random.next().value as number;

  it.each<[string, () => number]>([
    ['even', () => next() * 5_000],
    ['exponential', () => -Math.log(1 - next()) * 80],
    ['heavy-tailed', () => 2 / (1 - next()) ** 1.5],
    ['two peaks', () => (next() < 0.9 ? 5 + next() : 30_000 + next() * 1_000)],
    ['days', () => next() * 4 * 86_400_000],
    ['short', () => next()],
  ])('differs from the exact one by at most an eighth, or by an eighth of a millisecond: %s', (_, time) => {
    for (const count of [1, 2, 7, 100, 10_000]) {
      const times = Array.from({ length: count }, time);
      for (const share of [0.5, 0.95, 0.99]) {
        const wanted = exact(times, share);
        const found = quantile(histogramOf(times), share)!;
        expect(Math.abs(found - wanted)).toBeLessThanOrEqual(Math.max(wanted / 8, 0.125) + 1e-9);
      }
    }
  });

  it('is null without times', () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([0, 0], 0.5)).toBeNull();
  });

  it('of a sum is that of all times together', () => {
    const [few, many] = [[1, 2, 3], Array.from({ length: 50 }, (_, i) => i * 40)];
    const both = sumOfHistograms([histogramOf(few), histogramOf(many), []]);
    expect(both).toEqual(histogramOf([...few, ...many]));
  });
});
