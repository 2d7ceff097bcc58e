import { OwnDueTimes } from './own-due-times.js';
import { systemClock } from '../../support/time/clock.js';

describe('own due times', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are known to a tenth of a second', () => {
    const times = new OwnDueTimes(systemClock);
    times.add(5_050);
    expect([4_950, 5_000, 5_050, 5_150].map((ms) => times.has(ms))).toEqual([true, true, true, true]);
    expect([4_850, 5_250].map((ms) => times.has(ms))).toEqual([false, false]);
  });

  it('have a first one after those that count as the same', () => {
    const times = new OwnDueTimes(systemClock);
    for (const ms of [7_050, 5_250, 5_150]) times.add(ms);
    expect([5_050, 5_150, 7_050].map((ms) => times.firstAfter(ms))).toEqual([5_200, 7_000, Infinity]);
  });

  it('are a thousand at most, and past ones make room for others', () => {
    const times = new OwnDueTimes(systemClock);
    const startMs = performance.now();
    for (let i = 0; i < 1_005; i++) times.add(startMs + i * 300);
    expect([999, 1_001].map((i) => times.has(startMs + i * 300))).toEqual([true, false]);
    jest.advanceTimersByTime(10_000);
    times.add(startMs + 1_001 * 300);
    expect([0, 999, 1_001].map((i) => times.has(startMs + i * 300))).toEqual([false, true, true]);
  });
});
