import { Deadlines } from './deadlines.js';
import type { RunningJob } from '../slots/running-job.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { systemClock } from '../support/time/clock.js';

describe('Deadlines', () => {
  let running: Set<RunningJob>;
  let deadlines: Deadlines;

  beforeEach(() => {
    jest.useFakeTimers();
    running = new Set();
    deadlines = new Deadlines(() => running, systemClock);
  });

  afterEach(() => jest.useRealTimers());

  function start(timeoutMs: number): RunningJob {
    const job = runningJob({ timeout_ms: timeoutMs });
    job.start(0);
    running.add(job);
    deadlines.watch(job);
    return job;
  }

  it('abort each job at its own timeout, whatever the order of their starts', async () => {
    const [long, short] = [start(1_000), start(200)];
    await jest.advanceTimersByTimeAsync(199);
    expect([long.abortCause, short.abortCause]).toEqual([null, null]);
    await jest.advanceTimersByTimeAsync(2);
    expect([long.abortCause, short.abortCause]).toEqual([null, 'timeout']);
    await jest.advanceTimersByTimeAsync(800);
    expect(long.abortCause).toBe('timeout');
  });

  it('have one timer for all jobs, and none once all have ended', async () => {
    for (const job of [start(500), start(500), start(500)]) running.delete(job);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(501);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('do not abort a job twice', async () => {
    start(100);
    await jest.advanceTimersByTimeAsync(101);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leave no timer behind once stopped', () => {
    start(100);
    deadlines.stop();
    expect(jest.getTimerCount()).toBe(0);
  });
});
