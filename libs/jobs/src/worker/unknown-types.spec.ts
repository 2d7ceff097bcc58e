import { Logger } from '@nestjs/common';
import { WorkerStatus } from '../job/worker-status.js';
import { UnknownTypes } from './unknown-types.js';

describe('UnknownTypes', () => {
  let warnings: string[];

  beforeEach(() => {
    jest.useFakeTimers();
    warnings = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: string) => void warnings.push(message));
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('puts a type off for 10 s first, and for longer each time it comes back, up to 5 min', () => {
    const unknown = new UnknownTypes(new WorkerStatus());
    const delays: number[] = [];
    for (let nowMs = 0; delays.length < 8; nowMs += delays.at(-1)!) delays.push(unknown.delayMs('sms', nowMs));
    expect(delays.map((ms) => ms / 1_000)).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('keeps the delay for jobs of the type that come in the meantime', () => {
    const unknown = new UnknownTypes(new WorkerStatus());
    expect([0, 1, 9_999, 10_000, 29_999].map((nowMs) => unknown.delayMs('sms', nowMs))).toEqual([
      10_000, 10_000, 10_000, 20_000, 20_000,
    ]);
  });

  it('counts each type on its own, shows it in the status and says so once', () => {
    const status = new WorkerStatus();
    const unknown = new UnknownTypes(status);
    for (const nowMs of [0, 10_000, 30_000]) unknown.delayMs('sms', nowMs);
    expect(unknown.delayMs('fax', 30_000)).toBe(10_000);
    expect([...status.unknownTypes]).toEqual(['sms', 'fax']);
    expect(warnings.map((line) => /JOBS_NO_PROCESSOR: jobs of type "(\w+)"/.exec(line)?.[1])).toEqual(['sms', 'fax']);
  });

  it('forgets a type that stays away for two of its delays, and begins anew when it comes back', () => {
    const status = new WorkerStatus();
    const unknown = new UnknownTypes(status);
    unknown.delayMs('sms', 0);
    jest.advanceTimersByTime(10_000);
    expect(unknown.delayMs('sms', 10_000)).toBe(20_000);
    jest.advanceTimersByTime(39_999);
    expect([...status.unknownTypes]).toEqual(['sms']);
    jest.advanceTimersByTime(1);
    expect([...status.unknownTypes]).toEqual([]);
    expect(unknown.delayMs('sms', 50_000)).toBe(10_000);
    expect(warnings).toHaveLength(2);
  });
});
