import { CachedSample } from './cached-sample.js';
import { TestClock } from '../../../../../test/support/test-clock.js';

describe('CachedSample', () => {
  let clock: TestClock;
  let reads: { resolve: (value: number) => void; reject: (error: Error) => void }[];
  let failures: unknown[];
  let sample: CachedSample<number>;

  beforeEach(() => {
    clock = new TestClock(0);
    reads = [];
    failures = [];
    sample = new CachedSample<number>({
      read: () => new Promise((resolve, reject) => reads.push({ resolve, reject })),
      maxAgeMs: 10_000,
      patienceMs: 50,
      onFailing: (error) => failures.push(error),
      clock,
    });
  });

  it('reads once for all who ask at the same time', async () => {
    const answers = Promise.all([sample.get(), sample.get(), sample.get()]);
    reads[0]!.resolve(1);

    expect(await answers).toEqual([1, 1, 1]);
    expect(reads).toHaveLength(1);
  });

  it('reads again only once the sample is too old', async () => {
    const first = sample.get();
    reads[0]!.resolve(1);
    await first;
    clock.nowMs = 9_999;
    expect(await sample.get()).toBe(1);
    clock.nowMs = 10_000;
    const second = sample.get();
    reads[1]!.resolve(2);

    expect(await second).toBe(2);
    expect(reads).toHaveLength(2);
  });

  it('reads for a twentieth of the time at most', async () => {
    const first = sample.get();
    clock.nowMs = 2_000;
    reads[0]!.resolve(1);
    await first;
    clock.nowMs = 41_999;
    expect(await sample.get()).toBe(1);
    clock.nowMs = 42_000;
    void sample.get();

    expect(reads).toHaveLength(2);
  });

  it('answers null after a failed read, does not hammer, and reports the first failure of a streak', async () => {
    for (const at of [0, 10_000, 20_000]) {
      clock.nowMs = at;
      const answer = sample.get();
      reads.at(-1)!.reject(new Error(`at ${at}`));
      expect(await answer).toBeNull();
      expect(await sample.get()).toBeNull();
    }

    expect(reads).toHaveLength(3);
    expect(failures).toEqual([new Error('at 0')]);
  });

  it('lets nobody wait longer than the patience, and starts no second read meanwhile', async () => {
    expect(await sample.get()).toBeNull();
    clock.nowMs = 60_000;
    const later = sample.get();
    reads[0]!.resolve(3);

    expect(await later).toBe(3);
    expect(reads).toHaveLength(1);
  });
});
