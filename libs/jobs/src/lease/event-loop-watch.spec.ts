import { WORKER_LINES } from '../report/worker-lines.js';
import { jobsDuring } from './event-loop-report.js';
import { EventLoopWatch } from './event-loop-watch.js';
import type { RunningJob } from '../slots/running-job.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { TestClock } from '../../../../test/support/test-clock.js';

describe('EventLoopWatch', () => {
  let clock: TestClock;
  let beats: number;
  let blocks: [number, number][];
  let watch: EventLoopWatch;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
    clock = new TestClock(1_000);
    beats = 0;
    blocks = [];
    watch = new EventLoopWatch({ clock, beat: () => beats++, onBlocked: (...block) => blocks.push(block) });
    watch.start();
  });

  afterEach(() => {
    watch.stop();
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  /** The next beat, `lateMs` late. */
  function beat(lateMs = 0): void {
    clock.nowMs += 500 + lateMs;
    jest.advanceTimersByTime(500);
  }

  it('beats twice a second, and reports nothing while beats are less than a second late', () => {
    for (const lateMs of [0, 20, 999]) beat(lateMs);
    expect(beats).toBe(4);
    expect(blocks).toEqual([]);
  });

  it('reports the length and the beginning of a block at the first beat after it', () => {
    beat();
    beat(62_000);
    beat();
    expect(blocks).toEqual([[62_000, 1_500]]);
  });

  it('stops beating once it is stopped', () => {
    watch.stop();
    beat();
    expect(beats).toBe(1);
  });
});

describe('the line about a block of the event loop', () => {
  const describeBlock = (blockedMs: number, held: RunningJob[], sinceMs: number) =>
    WORKER_LINES.event_loop_blocked({ blockedMs, ...jobsDuring(held, sinceMs) }).text;

  function ran(type: string, startedMs: number, endedMs: number | null): RunningJob {
    const job = runningJob({ type });
    Object.assign(job, { claimedMs: startedMs - 1, startedMs, endedMs: endedMs ?? startedMs - 1 });
    return job;
  }

  it('names the jobs that ran during the block, the latest started first, whether or not they have ended', () => {
    const jobs = [ran('before', 100, 900), ran('long', 200, null), ran('culprit', 1_050, 63_000)];
    expect(describeBlock(62_000, jobs, 1_000)).toBe(
      `The event loop was blocked for 62.0 s, or the process was suspended; running: culprit ${jobs[2]!.id}, long ${jobs[1]!.id}`,
    );
  });

  it('does not name jobs that wait for a slot, and says so when none was running', () => {
    const waiting = runningJob();
    expect(describeBlock(1_500, [waiting], 0)).toContain('no job was running');
  });

  it('stays on one line, no matter how many jobs ran', () => {
    const jobs = Array.from({ length: 300 }, (_, n) => ran('each', 1_000 + n, null));
    const line = describeBlock(2_000, jobs, 1_000);
    expect(line).toContain('and 295 more');
    expect(line.length).toBeLessThan(500);
  });
});
