import { Outages, type EndedOutage, type LetIn, type WaitingJob } from './outages.js';
import { TestClock } from '../../../../test/support/test-clock.js';

describe('Outages', () => {
  let clock: TestClock;
  let outages: Outages;
  let told: (string | EndedOutage)[];

  beforeEach(() => {
    clock = new TestClock(1_000_000);
    told = [];
    outages = new Outages(clock, () => 0.5);
    outages.listener = {
      opened: (dependency, error) => told.push(`${dependency}: ${String(error)}`),
      ended: (outage) => told.push(outage),
    };
  });

  const enter = (): LetIn => {
    const entry = outages.enter('smtp');
    if (entry.kind === 'wait') throw new Error(`Turned away for ${entry.delayMs} ms`);
    return entry;
  };
  const fail = () => outages.leave('smtp', enter(), 'down', 'refused');
  const succeed = () => outages.leave('smtp', enter(), 'up');
  const waiting = (given: Partial<WaitingJob> = {}) =>
    outages.noteWaiting('smtp', {
      id: '1',
      type: 'remind',
      delayMs: 1_000,
      atMs: clock.nowMs,
      error: 'refused',
      ...given,
    });

  it('tells of one opening and one end, and how many jobs waited', () => {
    fail();
    for (const id of ['1', '2', '1']) waiting({ id });
    clock.nowMs += 1_000;
    succeed();
    expect(told).toEqual(['smtp: refused', { dependency: 'smtp', lastedMs: 1_000, jobs: 2, seenUp: true }]);
  });

  it('takes a job that waits from before the end for no new outage', () => {
    fail();
    const atMs = clock.nowMs;
    clock.nowMs += 1_000;
    succeed();
    clock.nowMs += 5;
    waiting({ atMs });
    expect(outages.names()).toEqual([]);
    waiting();
    expect(outages.names()).toEqual(['smtp']);
  });

  it('is ended by the completion of a job only where no call can show it', () => {
    waiting();
    outages.noteCompleted('another');
    expect(outages.names()).toEqual(['smtp']);
    outages.noteCompleted('remind');
    expect(outages.names()).toEqual([]);

    fail();
    waiting();
    outages.noteCompleted('remind');
    expect(outages.names()).toEqual(['smtp']);
  });

  it('says nothing of outages that come and go within a minute of the last', () => {
    for (let round = 0; round < 10; round++) {
      fail();
      clock.nowMs += 1_000;
      succeed();
    }
    expect(told).toHaveLength(2);
    clock.nowMs += 60_000;
    fail();
    expect(told).toHaveLength(3);
  });

  it('is given up five minutes after somebody was expected', () => {
    fail();
    waiting({ delayMs: 600_000 });
    clock.nowMs += 900_000;
    expect(outages.names()).toEqual(['smtp']);
    clock.nowMs += 1;
    expect(outages.names()).toEqual([]);
    expect(told.at(-1)).toMatchObject({ seenUp: false });
  });

  it('brings those who wait back one after the other, not before the next try', () => {
    outages = new Outages(clock);
    let tryDueMs = 0;
    for (let round = 0; round < 7; round++) clock.nowMs += tryDueMs = fail();
    tryDueMs = fail();
    const delays = Array.from({ length: 5_000 }, () => {
      const entry = outages.enter('smtp');
      return entry.kind === 'wait' ? entry.delayMs : -1;
    });
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(tryDueMs);
    const perSecond = new Map<number, number>();
    for (const delay of delays) {
      const second = Math.floor(delay / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(Math.max(...perSecond.values())).toBeLessThan(250);
  });

  it('treats calls under way when it opened as no tries', () => {
    const entries = [enter(), enter(), enter()];
    const delays = entries.map((entry) => outages.leave('smtp', entry, 'down', 'refused'));
    expect(delays).toEqual([1_000, 1_500, 1_500]);
    clock.nowMs += 1_000;
    expect(fail()).toBe(2_000);
  });
});
