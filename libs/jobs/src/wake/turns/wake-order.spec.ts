import { backUpDelayMs, dueToken, hashOf, placeAmong, workersFor } from './wake-order.js';

const ids = Array.from({ length: 30 }, (_, i) => `019a0000-0000-7000-8000-0000000000${10 + i}`);
const peers = ids.map((id) => ({ id, hash: hashOf(id) }));
const trusted = new Set<string>();
const ranks = (token: number) => ids.map((id) => placeAmong(peers, hashOf(id), token, trusted).rank);

describe('the order of a wake-up', () => {
  it('gives each worker a different rank, whichever worker computes it', () => {
    for (let token = 0; token < 100; token++)
      expect(ranks(token).toSorted((a, b) => a - b)).toEqual(ids.map((_, i) => i));
  });

  it('lets each worker be first about as often as any other', () => {
    const firsts = ids.map(() => 0);
    for (let token = 0; token < 3_000; token++) firsts[ranks(token).indexOf(0)]!++;
    expect(Math.min(...firsts)).toBeGreaterThan(50);
    expect(Math.max(...firsts)).toBeLessThan(150);
  });

  it('skips doubted workers, and names them', () => {
    const last = ids[ranks(7).indexOf(29)]!;
    const place = placeAmong(peers, hashOf(last), 7, new Set(ids.slice(0, 20)));
    expect(place.before).toHaveLength(place.rank);
    expect(place.rank).toBeLessThanOrEqual(10);
    expect([...place.before, ...place.skipped].toSorted()).toEqual(ids.filter((id) => id !== last).toSorted());
    expect(place.skipped.every((id) => ids.indexOf(id) < 20)).toBe(true);
  });

  it('has no other worker before one that knows of no peers', () => {
    expect(placeAmong([], hashOf(ids[0]!), 7, trusted)).toMatchObject({ rank: 0, before: [], skipped: [] });
  });
});

describe('the number of workers that a wake-up chooses', () => {
  it.each([
    [0, 10, 1],
    [1, 10, 1],
    [2, 10, 1],
    [10, 10, 2],
    [30, 10, 6],
    [3_000, 10, 600],
    [1, 1, 1],
    [7, 1, 7],
    [Infinity, 10, Infinity],
  ])('%d jobs, with %d slots: %d', (jobs, slots, expected) => {
    expect(workersFor(jobs, slots)).toBe(expected);
  });
});

it('has the next in line look within 5 ms, and the last of a thousand within 50 ms', () => {
  expect([backUpDelayMs(0, 0), backUpDelayMs(0, 1)]).toEqual([5, 2.5]);
  expect([1, 2, 3, 28].map((place) => backUpDelayMs(place, 0))).toEqual([10, 10, 15, 25]);
  expect(backUpDelayMs(999, 0)).toBe(50);
});

it('gives jobs that fall due in the same ten seconds one token', () => {
  const tokens = [0, 9_999, 10_000].map((ms) => dueToken(1_700_000_000_000 + ms));
  expect(tokens).toEqual([170_000_000, 170_000_000, 170_000_001]);
});
