import { coverOf, longestIn } from './cover.js';
import { LADDER, shortestStep } from './ladder.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.parse('2026-05-01T10:07:00Z');
const OLDEST_MS = NOW_MS - 12 * DAY_MS;

interface Row {
  seconds: number;
  startMs: number;
  count: number;
}

/** Always the same numbers, from 0 to 1. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}
const random = numbers(7);
const upTo = (limit: number) => Math.floor((random.next().value as number) * limit);
const floorTo = (ms: number, stepMs: number) => Math.floor(ms / stepMs) * stepMs;

/** The table after the upkeep of every minute, as `rollUpHistory` and `pruneHistory` change it. Some counts come late. */
function tableOf(counts: readonly { ms: number; writtenMs: number }[]): Row[] {
  const table = new Map<string, Row>();
  const add = (seconds: number, startMs: number, count: number) => {
    const key = `${seconds} ${startMs}`;
    table.set(key, { seconds, startMs, count: (table.get(key)?.count ?? 0) + count });
  };
  const upkeep = (nowMs: number) => {
    for (const [i, { seconds, summedAfterMs, keptMs }] of LADDER.slice(0, -1).entries()) {
      const next = LADDER[i + 1]!.seconds;
      for (const [key, row] of table)
        if (row.seconds === seconds && row.startMs < floorTo(nowMs - summedAfterMs, next * 1_000)) {
          table.delete(key);
          add(next, floorTo(row.startMs, next * 1_000), row.count);
          add(-seconds, row.startMs, row.count);
        } else if (row.seconds === -seconds && row.startMs < nowMs - keptMs) table.delete(key);
    }
  };
  const byTime = counts.toSorted((a, b) => a.writtenMs - b.writtenMs);
  for (let nowMs = OLDEST_MS, next = 0; nowMs <= NOW_MS; nowMs += 30 * MINUTE_MS) {
    for (; next < byTime.length && byTime[next]!.writtenMs <= nowMs; next++) add(60, byTime[next]!.ms, 1);
    upkeep(nowMs);
  }
  return [...table.values()];
}

describe('coverOf', () => {
  const counts = Array.from({ length: 6_000 }, (_, i) => {
    const ms = floorTo(OLDEST_MS + upTo(i % 4 === 0 ? 3 * HOUR_MS : NOW_MS - OLDEST_MS), MINUTE_MS);
    return { ms, writtenMs: Math.min(NOW_MS, ms + (i % 10 === 0 ? upTo(2 * DAY_MS) : MINUTE_MS)) };
  });
  const recent = Array.from({ length: 2_000 }, () => {
    const ms = floorTo(NOW_MS - upTo(26 * HOUR_MS), MINUTE_MS);
    return { ms, writtenMs: Math.min(NOW_MS, ms + upTo(3 * MINUTE_MS)) };
  });
  const all = [...counts, ...recent];
  const table = tableOf(all);
  const exact = (fromMs: number, toMs: number) => all.filter(({ ms }) => ms >= fromMs && ms < toMs).length;
  const covered = (fromMs: number, toMs: number, most?: number) =>
    coverOf(fromMs, toMs, most).reduce((sum, { seconds, from, to }) => {
      const rows = table.filter(
        (row) => row.seconds === seconds && row.startMs >= from.getTime() && row.startMs < to.getTime(),
      );
      return sum + rows.reduce((total, { count }) => total + count, 0);
    }, 0);
  /** An end of rows of the shortest length that is kept there. */
  const aligned = (ms: number) => floorTo(ms, shortestStep(NOW_MS - ms) * 1_000);

  it('counts everything once, whatever the range, also what was written late', () => {
    expect(table.some(({ seconds }) => seconds === -3_600)).toBe(true);
    for (let i = 0; i < 2_000; i++) {
      const length = [HOUR_MS, DAY_MS, 8 * DAY_MS, NOW_MS - OLDEST_MS][i % 4]!;
      const [a, b] = [upTo(length), upTo(length)];
      const fromMs = aligned(NOW_MS - Math.max(a, b));
      const toMs = Math.max(aligned(NOW_MS - Math.min(a, b)), fromMs);
      expect([i, covered(fromMs, toMs)]).toEqual([i, exact(fromMs, toMs)]);
    }
    expect(covered(aligned(OLDEST_MS), NOW_MS)).toBe(exact(aligned(OLDEST_MS), NOW_MS));
  });

  it.each([
    [60, HOUR_MS],
    [600, DAY_MS],
    [3_600, 8 * DAY_MS],
    [86_400, 11 * DAY_MS],
  ])('counts everything once in rows of at most %d s', (most, length) => {
    for (let i = 0; i < 200; i++) {
      const fromMs = floorTo(NOW_MS - upTo(length), most * 1_000);
      expect(covered(fromMs, NOW_MS, most)).toBe(exact(fromMs, NOW_MS));
    }
    for (const { seconds } of coverOf(NOW_MS - DAY_MS, NOW_MS, most))
      expect(Math.abs(seconds)).toBeLessThanOrEqual(most);
  });

  it('takes details only at the ends of a range', () => {
    const month = coverOf(aligned(NOW_MS - 30 * DAY_MS), NOW_MS);
    const details = month.filter(({ seconds }) => seconds < 0);
    expect(details.length).toBeGreaterThan(0);
    for (const { from } of details) expect(from.getTime()).toBeGreaterThanOrEqual(floorTo(NOW_MS, DAY_MS));
    const wholeDays = coverOf(floorTo(NOW_MS - 9 * DAY_MS, DAY_MS), floorTo(NOW_MS, DAY_MS));
    expect(wholeDays.filter(({ seconds }) => seconds < 0)).toEqual([]);
  });
});

describe('longestIn', () => {
  it.each([
    [60, 60],
    [300, 60],
    [1_800, 600],
    [7_200, 3_600],
    [86_400, 86_400],
    [432_000, 86_400],
  ])('steps of %d s have rows of at most %d s', (step, longest) => {
    expect(longestIn(step)).toBe(longest);
  });
});
