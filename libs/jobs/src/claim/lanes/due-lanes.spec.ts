import { DueLanes } from './due-lanes.js';
import { TestClock } from '../../../../../test/support/test-clock.js';

describe('DueLanes', () => {
  let clock: TestClock;
  let lanes: DueLanes;

  beforeEach(() => {
    clock = new TestClock(1_000);
    lanes = new DueLanes(['mail', 'imports'], clock);
  });

  function survey(tookMs: number, found: { queue: string; priority: number; inMs: number }[]): void {
    clock.nowMs += tookMs;
    lanes.surveyed([{ lanes: found }], clock.nowMs - tookMs);
  }

  const keys = () => lanes.list(100).map(({ key }) => key);

  it('knows nothing at first, and wants a survey', () => {
    expect(keys()).toEqual([]);
    expect(lanes.isSurveyDue).toBe(true);
  });

  it('lists the lanes that a survey found due, by priority, and none of other workers’ queues', () => {
    survey(1, [
      { queue: 'mail', priority: 5, inMs: -3 },
      { queue: 'foreign', priority: 0, inMs: -3 },
      { queue: 'imports', priority: 1, inMs: 0 },
      { queue: 'mail', priority: 2, inMs: 700 },
    ]);
    expect(keys()).toEqual(['1:imports', '5:mail']);
    expect(lanes.nextDueMs).toBe(-1);
  });

  it('knows when the first job falls due once no lane is due', () => {
    survey(1, [
      { queue: 'mail', priority: 2, inMs: 700 },
      { queue: 'foreign', priority: 2, inMs: 1 },
    ]);
    clock.nowMs += 100;
    expect(lanes.nextDueMs).toBe(600);
  });

  it('expects all lanes of a queue that a wake-up names, until a claim finds them empty', () => {
    lanes.expect(['mail', 'foreign']);
    expect(keys()).toHaveLength(10);
    for (const lane of lanes.list(100)) lanes.drop(lane);
    expect(keys()).toEqual([]);
  });

  it('lets the lanes of one priority take turns', () => {
    lanes = new DueLanes(['a', 'b', 'c'], clock);
    survey(
      1,
      ['a', 'b', 'c'].map((queue) => ({ queue, priority: 5, inMs: 0 })),
    );
    const order = Array.from({ length: 6 }, () => {
      const [lane] = lanes.list(1);
      lanes.postpone(lane!);
      return lane!.queue;
    });
    expect(order.join('')).toBe('abcabc');
  });

  it('surveys at once when a wake-up names none of its queues', () => {
    survey(100, []);
    expect(lanes.isSurveyDue).toBe(false);
    lanes.expect([]);
    expect(lanes.isSurveyDue).toBe(true);
  });

  it('spends a twentieth of the time on surveys, and at most one a second while lanes are due', () => {
    survey(10, []);
    clock.nowMs += 189;
    expect(lanes.isSurveyDue).toBe(false);
    clock.nowMs += 1;
    expect(lanes.isSurveyDue).toBe(true);
    survey(10, [{ queue: 'mail', priority: 5, inMs: 0 }]);
    clock.nowMs += 989;
    expect(lanes.isSurveyDue).toBe(false);
    clock.nowMs += 1;
    expect(lanes.isSurveyDue).toBe(true);
  });
});
