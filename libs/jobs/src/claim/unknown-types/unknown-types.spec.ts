import { Logger } from '@nestjs/common';
import { WorkerStatus } from '../../state/worker-status.js';
import { UnknownTypes } from './unknown-types.js';
import { TestClock } from '../../../../../test/support/test-clock.js';

describe('UnknownTypes', () => {
  let clock: TestClock;
  let warnings: string[];

  beforeEach(() => {
    jest.useFakeTimers();
    clock = new TestClock();
    warnings = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: string) => void warnings.push(message));
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const delayAt = (unknown: UnknownTypes, type: string, nowMs: number) => {
    clock.nowMs = nowMs;
    return unknown.delayMs(type);
  };
  const postponedAt = (unknown: UnknownTypes, type: string, jobs: number, nowMs: number) => {
    clock.nowMs = nowMs;
    unknown.postponed(type, jobs);
  };

  it('postpones a type for 10 s at first, and for longer each time it comes back, up to 5 min', () => {
    const unknown = new UnknownTypes(new WorkerStatus(), clock);
    const delays: number[] = [];
    for (let nowMs = 0; delays.length < 8; nowMs += delays.at(-1)!) delays.push(delayAt(unknown, 'sms', nowMs));
    expect(delays.map((ms) => ms / 1_000)).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('keeps the delay for jobs of the type that come in the meantime', () => {
    const unknown = new UnknownTypes(new WorkerStatus(), clock);
    expect([0, 1, 9_999, 10_000, 29_999].map((nowMs) => delayAt(unknown, 'sms', nowMs))).toEqual([
      10_000, 10_000, 10_000, 20_000, 20_000,
    ]);
  });

  it('counts each type on its own and shows it in the status', () => {
    const status = new WorkerStatus();
    const unknown = new UnknownTypes(status, clock);
    for (const nowMs of [0, 10_000, 30_000]) delayAt(unknown, 'sms', nowMs);
    expect(delayAt(unknown, 'fax', 30_000)).toBe(10_000);
    expect([...status.unknownTypes]).toEqual(['sms', 'fax']);
  });

  const shownIn = (line = '') => [...line.matchAll(/(\d+) of type ("[^"]*")/g)].map(([, jobs, type]) => [type, jobs]);

  it('warns at once, then once a minute with the number of jobs, most frequent types first', () => {
    const unknown = new UnknownTypes(new WorkerStatus(), clock);
    postponedAt(unknown, 'sms', 1, 0);
    expect(warnings.map(shownIn)).toEqual([[['"sms"', '1']]]);
    for (const nowMs of [1_000, 2_000, 59_000]) postponedAt(unknown, 'sms', 2, nowMs);
    postponedAt(unknown, 'fax', 5_000, 30_000);
    jest.advanceTimersByTime(58_999);
    expect(warnings).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(warnings.slice(1).map(shownIn)).toEqual([
      [
        ['"fax"', '5000'],
        ['"sms"', '6'],
      ],
    ]);
    expect(warnings[1]).toContain('JOBS_NO_PROCESSOR: 5006 jobs wait');
    jest.advanceTimersByTime(600_000);
    expect(warnings).toHaveLength(2);
  });

  it('names ten of thousands of types, on one line whatever their names contain', () => {
    const unknown = new UnknownTypes(new WorkerStatus(), clock);
    postponedAt(unknown, 'first', 1, 0);
    postponedAt(unknown, '\u001b[31m"x"\r\nERROR\u2028\u202e\u007f', 2, 1);
    for (let n = 0; n < 5_000; n++) postponedAt(unknown, `type_${n}`, 1, 2);
    jest.advanceTimersByTime(60_000);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toContain('2 of type "\\u001b[31m\\"x\\"\\r\\nERROR\\u{2028}\\u{202e}\\u{7f}"');
    expect(warnings[1]).toContain('and 4991 more types.');
    expect(warnings[1]).toMatch(/^[\x20-\x7e]+$/);
  });

  it('forgets a type that stays away for two of its delays, and starts at 10 s when it comes back', () => {
    const status = new WorkerStatus();
    const unknown = new UnknownTypes(status, clock);
    delayAt(unknown, 'sms', 0);
    jest.advanceTimersByTime(10_000);
    expect(delayAt(unknown, 'sms', 10_000)).toBe(20_000);
    jest.advanceTimersByTime(39_999);
    expect([...status.unknownTypes]).toEqual(['sms']);
    jest.advanceTimersByTime(1);
    expect([...status.unknownTypes]).toEqual([]);
    expect(delayAt(unknown, 'sms', 50_000)).toBe(10_000);
  });
});
