import { dotsAmong, linesUpTo, pathThrough, timeMarks } from './scale';

describe('linesUpTo', () => {
  it.each([
    [0, 'count', [0, 1]],
    [0.3, 'count', [0, 0.1, 0.2, 0.3]],
    [7, 'count', [0, 2, 4, 6, 8]],
    [1_200, 'count', [0, 500, 1_000, 1_500]],
    [0, 'duration', [0, 1]],
    [640, 'duration', [0, 200, 400, 600, 800]],
    [42_000, 'duration', [0, 15_000, 30_000, 45_000]],
    [5 * 60_000, 'duration', [0, 120_000, 240_000, 360_000]],
    [30 * 3_600_000, 'duration', [0, 12, 24, 36].map((hours) => hours * 3_600_000)],
  ] as const)('has round values up to %d (%s)', (max, kind, lines) => {
    const found = linesUpTo(max, kind);
    expect(found).toHaveLength(lines.length);
    for (const [i, line] of lines.entries()) expect(found[i]).toBeCloseTo(line, 10);
  });

  it('always reaches the largest value, with few lines', () => {
    for (let max = 0.01; max < 1e10; max *= 1.37)
      for (const kind of ['count', 'duration'] as const) {
        const lines = linesUpTo(max, kind);
        expect(lines.at(-1)).toBeGreaterThanOrEqual(max * 0.999_999);
        expect(lines.length).toBeLessThanOrEqual(6);
      }
  });
});

describe('timeMarks', () => {
  const at = (day: number, hour: number, minute = 0) => new Date(2026, 4, day, hour, minute).getTime();

  it('are quarters of an hour in an hour', () => {
    const { times, areDays } = timeMarks(at(1, 10, 7), at(1, 11, 7), 5);
    expect(times).toEqual([at(1, 10, 15), at(1, 10, 30), at(1, 10, 45), at(1, 11)]);
    expect(areDays).toBe(false);
  });

  it('are midnights of the reader in a week', () => {
    const { times, areDays } = timeMarks(at(1, 10), at(8, 10), 8);
    expect(times).toEqual([2, 3, 4, 5, 6, 7, 8].map((day) => at(day, 0)));
    expect(areDays).toBe(true);
  });

  it('are never more than asked for', () => {
    for (let hours = 1; hours < 20_000; hours = Math.ceil(hours * 1.5))
      expect(timeMarks(at(1, 10), at(1, 10 + hours), 5).times.length).toBeLessThanOrEqual(6);
  });
});

describe('pathThrough', () => {
  it('has gaps where there is no value, and dots between gaps', () => {
    const places = [[0, 1], [1, 2.04], null, [3, 4], null, null, [6, 7], [7, 8], null, [9, 1]] as const;
    expect(pathThrough(places)).toBe('M0 1L1 2M3 4M6 7L7 8M9 1');
    expect(dotsAmong(places)).toEqual([
      [3, 4],
      [9, 1],
    ]);
  });

  it('is empty without values', () => {
    expect(pathThrough([null, null])).toBe('');
    expect(dotsAmong([null, null])).toEqual([]);
  });
});
