import { claimedRow } from '../../../../../test/support/claimed-row.js';
import { laneOf, lanesOf, type Lane } from '../../store/lane.js';
import { LaneTurns } from './lane-turns.js';

describe('LaneTurns', () => {
  let turns: LaneTurns;
  /** How many due jobs each queue holds. */
  let backlog: Record<string, number>;
  let given: Record<string, number>;

  beforeEach(() => {
    turns = new LaneTurns();
    given = {};
  });

  const total = () => Object.values(given).reduce((sum, jobs) => sum + jobs, 0);

  /** Claims as the database does: lane by lane, until the limit is reached. */
  function claim(
    limit: number,
    lanes: Lane[] = lanesOf(Object.keys(backlog)).filter(({ priority }) => priority === 5),
  ) {
    const plan = turns.plan(lanes, limit);
    const rows = [];
    for (const [i, { queue, priority }] of plan.lanes.entries()) {
      const jobs = Math.min(limit - rows.length, plan.limits?.[i] ?? limit, backlog[queue]!);
      backlog[queue]! -= jobs;
      given[queue] = (given[queue] ?? 0) + jobs;
      for (let job = 0; job < jobs; job++) rows.push(claimedRow({ queue, priority }));
    }
    return { rows, plan, counts: turns.note(plan, limit, rows) };
  }

  it.each([1, 7, 500])('serves equal backlogs equally, %d jobs a claim', (limit) => {
    backlog = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`queue-${i}`, 100_000]));
    while (total() < 50 * limit + 2_500) claim(limit);
    const served = Object.values(given);
    expect(served).toHaveLength(50);
    expect(Math.max(...served) / Math.min(...served)).toBeLessThan(1.1);
  });

  it.each([1, 10, 500])('serves queues in proportion to their weights, %d jobs a claim', (limit) => {
    turns = new LaneTurns((queue) => (queue === 'mail' ? 3 : 1));
    backlog = { imports: 100_000, mail: 100_000, reports: 100_000 };
    while (total() < 10_000) claim(limit);
    expect(given['mail']! / given['imports']!).toBeCloseTo(3, 1);
    expect(given['reports']! / given['imports']!).toBeCloseTo(1, 1);
  });

  it.each([1, 500])('reaches a queue with a single job within one round of the others, %d jobs a claim', (limit) => {
    backlog = { imports: 100_000, mail: 0, reports: 100_000 };
    for (let claims = 0; claims < 10; claims++) claim(limit);
    backlog['mail'] = 1;
    for (let claims = 0; claims < 3; claims++) claim(limit);
    expect(given['mail']).toBe(1);
  });

  it('gives one queue the whole claim while the others are empty', () => {
    backlog = { imports: 10_000, mail: 0 };
    for (let claims = 0; claims < 10; claims++) expect(claim(500).rows).toHaveLength(500);
  });

  it('does not let a queue that was empty catch up', () => {
    backlog = { imports: 100_000, mail: 0 };
    for (let claims = 0; claims < 20; claims++) claim(500);
    backlog['mail'] = 100_000;
    given = {};
    while (total() < 5_000) claim(500);
    expect(given['mail']! / given['imports']!).toBeCloseTo(1, 0);
  });

  it('does not starve a backlog beside a queue that is nearly always short of its share', () => {
    backlog = { imports: 100_000, mail: 0 };
    for (let claims = 0; claims < 100; claims++) {
      backlog['mail'] = 499;
      claim(500);
    }
    expect(given['imports']).toBeGreaterThan(20_000);
  });

  it('leaves lower priorities out only where lanes of a higher one share a claim', () => {
    backlog = { imports: 1_000, mail: 1_000 };
    const lanes = ['imports', 'mail'].flatMap((queue) => [laneOf(queue, 1), laneOf(queue, 9)]);
    lanes.sort((a, b) => a.priority - b.priority);
    expect(turns.plan(lanes, 10).lanes).toEqual(lanes);
    claim(10, lanes);
    expect(turns.plan(lanes, 10).lanes).toHaveLength(4);
    claim(10, lanes);
    expect(turns.plan(lanes, 10)).toEqual({ lanes: [expect.anything(), expect.anything()], limits: [5, 5] });
    expect(turns.plan(lanes, 10).lanes.map(({ priority }) => priority)).toEqual([1, 1]);
  });

  it('knows which lanes hold no more than was claimed', () => {
    backlog = { imports: 7, mail: 2, reports: 0 };
    const { counts } = claim(8);
    const known = Object.fromEntries(counts.map(({ lane, isEmpty }) => [lane.queue, isEmpty]));
    expect(known).toEqual({ imports: true, mail: false });
  });
});
