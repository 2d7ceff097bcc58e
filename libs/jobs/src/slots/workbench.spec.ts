import type { RunningJob } from './running-job.js';
import { Workbench } from './workbench.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { TestClock } from '../../../../test/support/test-clock.js';

describe('Workbench', () => {
  let clock: TestClock;

  beforeEach(() => {
    clock = new TestClock(1_000);
  });

  const jobs = (count: number) => Array.from({ length: count }, () => runningJob({}, clock));

  function startAll(bench: Workbench): RunningJob[] {
    const started: RunningJob[] = [];
    for (let job; (job = bench.startNext());) started.push(job);
    return started;
  }

  /** Runs `count` jobs at one instant. */
  function pass(bench: Workbench, count: number): void {
    for (const job of jobs(count)) {
      bench.add([job]);
      bench.startNext();
      bench.finish(job);
      bench.release(job);
    }
  }

  it('starts as many jobs as it has slots, in the order in which they were claimed', () => {
    const bench = new Workbench(2, clock);
    const claimed = jobs(3);
    bench.add(claimed);
    expect(startAll(bench)).toEqual(claimed.slice(0, 2));
    expect(bench.active).toBe(2);
    bench.finish(claimed[0]!);
    expect(startAll(bench)).toEqual([claimed[2]]);
    expect(bench.runningJobs()).toEqual([claimed[1], claimed[2]]);
  });

  it('does not start jobs of paused queues, which go back to where they were', () => {
    const bench = new Workbench(5, clock);
    const [own, paused] = ['own', 'paused'].map((queue) => runningJob({ queue, wait_ms: 700 }, clock));
    clock.nowMs += 50;
    expect(bench.add([paused!, own!], new Set(['paused']))).toEqual([{ job: paused, delayMs: -750 }]);
    expect(startAll(bench)).toEqual([own]);
    expect(bench.holds(paused!.id, paused!.row.run)).toBe(true);
  });

  it('gives up the waiting jobs of queues that are paused later', () => {
    const bench = new Workbench(1, clock);
    const [running, waiting, other] = ['mail', 'mail', 'sms'].map((queue) => runningJob({ queue }, clock));
    bench.add([running!, waiting!, other!]);
    bench.startNext();
    expect(bench.takePaused(() => false)).toEqual([]);
    expect(bench.takePaused(({ queue }) => queue === 'mail')).toEqual([waiting]);
    expect(bench.waitingJobs()).toEqual([other]);
    expect(bench.runningJobs()).toEqual([running]);
  });

  it('wants as many jobs as it has slots without a job', () => {
    const bench = new Workbench(5, clock);
    expect(bench.wanted()).toBe(5);
    bench.add(jobs(3));
    expect(bench.wanted()).toBe(2);
    startAll(bench);
    expect(bench.wanted()).toBe(2);
  });

  it('wants a negative number of jobs after its concurrency was lowered, until enough have ended', () => {
    const bench = new Workbench(3, clock);
    bench.add(jobs(4));
    startAll(bench);
    bench.concurrency = 1;
    expect(bench.wanted()).toBe(-3);
    expect(bench.startNext()).toBeUndefined();
  });

  it('claims ahead as many jobs as finished in the last 100 ms, and none once the slots are idle', () => {
    const bench = new Workbench(10, clock);
    pass(bench, 40);
    expect(bench.wanted()).toBe(10 + 40);
    clock.nowMs += 150;
    expect(bench.wanted()).toBe(10 + 40);
    clock.nowMs += 150;
    expect(bench.wanted()).toBe(10);
  });

  it('claims none ahead after a pause', () => {
    const bench = new Workbench(10, clock);
    pass(bench, 40);
    clock.nowMs += 500;
    expect(bench.wanted()).toBe(10);
  });

  it('claims nothing ahead for slow jobs', () => {
    const bench = new Workbench(1, clock);
    const claimed = jobs(1);
    bench.add(claimed);
    startAll(bench);
    clock.nowMs += 60_000;
    expect(bench.wanted()).toBe(0);
  });

  it('never claims more than 500 at once, nor 1,000 ahead', () => {
    const bench = new Workbench(10, clock);
    pass(bench, 5_000);
    expect(bench.wanted()).toBe(500);
    bench.add(jobs(600));
    expect(bench.wanted()).toBe(410);
  });

  it('holds a job until its outcome is written, not only until its slot is free', () => {
    const bench = new Workbench(1, clock);
    const [job] = jobs(1);
    bench.add([job!]);
    expect(bench.holds(job!.id, 1)).toBe(true);
    startAll(bench);
    bench.finish(job!);
    expect(bench.active).toBe(0);
    expect(bench.holds(job!.id, 1)).toBe(true);
    bench.release(job!);
    expect(bench.holds(job!.id, 1)).toBe(false);
  });

  it('distinguishes the runs of one job', () => {
    const bench = new Workbench(2, clock);
    const first = runningJob({ id: 'a', run: 1 }, clock);
    const second = runningJob({ id: 'a', run: 2 }, clock);
    bench.add([first]);
    expect([bench.holds('a', 1), bench.holds('a', 2)]).toEqual([true, false]);
    bench.add([second]);
    bench.release(first);
    expect([bench.holds('a', 1), bench.holds('a', 2)]).toEqual([false, true]);
  });

  it('gives away jobs that have waited too long for a slot, and no running ones', () => {
    const bench = new Workbench(1, clock);
    const old = jobs(3);
    bench.add(old);
    startAll(bench);
    clock.nowMs += 900;
    const young = jobs(2);
    bench.add(young);
    clock.nowMs += 100;
    expect(bench.takeWaiting(1_000)).toEqual(old.slice(1));
    expect(bench.takeWaiting(1_000)).toEqual([]);
    expect(bench.runningJobs()).toEqual([old[0]]);
    expect(bench.takeWaiting(0)).toEqual(young);
    expect(bench.wanted()).toBe(0);
  });

  describe('with suspects', () => {
    const suspects = (count: number, crashes = 1) =>
      Array.from({ length: count }, () => runningJob({ crashes, attempts: crashes + 1 }, clock));

    /** As after a claim that finds suspects: they are handed back and parked. */
    function park(bench: Workbench, jobs: readonly RunningJob[]): void {
      for (const { job } of bench.add(jobs)) bench.release(job);
    }

    function callIn(bench: Workbench): RunningJob[] {
      const jobs = bench.takeTurns().map(({ id }) => runningJob({ id, crashes: 1, attempts: 2, run: 2 }, clock));
      bench.callIn(jobs);
      expect(bench.add(jobs)).toEqual([]);
      return jobs;
    }

    it('refuses them with a delay, and starts the other jobs of the claim', () => {
      const bench = new Workbench(10, clock);
      const [many, others] = [suspects(6), jobs(2)];
      const refused = bench.add([many[0]!, others[0]!, ...many.slice(1), others[1]!]);
      expect(refused.map(({ job }) => job)).toEqual(many);
      expect(refused.every(({ delayMs }) => delayMs >= 5_000)).toBe(true);
      expect(startAll(bench)).toEqual(others);
      expect(bench.size).toBe(8);
    });

    it('wants other jobs for all slots except those kept for suspects', () => {
      const bench = new Workbench(10, clock);
      park(bench, suspects(20));
      expect(bench.wanted()).toBe(7);
      startAll(bench);
      const calledIn = callIn(bench);
      expect(startAll(bench)).toEqual(calledIn);
      expect(calledIn).toHaveLength(3);
      expect(bench.wanted()).toBe(7);
      bench.add(jobs(7));
      expect(startAll(bench)).toHaveLength(7);
    });

    it('wants at least one job for a free slot, because suspects are called in before a claim', () => {
      const bench = new Workbench(1, clock);
      park(bench, suspects(2));
      expect(bench.wanted()).toBe(1);
    });

    it('starts suspects that are called in before other waiting jobs', () => {
      const bench = new Workbench(1, clock);
      const [running, waiting] = jobs(2) as [RunningJob, RunningJob];
      bench.add([running]);
      startAll(bench);
      park(bench, suspects(1));
      bench.finish(running);
      const [calledIn] = callIn(bench);
      bench.add([waiting]);
      expect(startAll(bench)).toEqual([calledIn]);
      bench.finish(calledIn!);
      expect(startAll(bench)).toEqual([waiting]);
    });

    it('lets the next suspect in when one ends or is handed back unstarted', () => {
      const bench = new Workbench(5, clock);
      park(bench, suspects(3));
      const [first] = callIn(bench);
      expect(bench.turns()).toEqual([]);
      startAll(bench);
      bench.finish(first!);
      expect(bench.turns()).toHaveLength(1);
      callIn(bench);
      expect(bench.turns()).toEqual([]);
      bench.takeWaiting(0);
      expect(bench.turns()).toHaveLength(1);
    });

    it('claims nothing ahead around a start after two crashes, and delays that start until nothing is claimed ahead', () => {
      const bench = new Workbench(5, clock);
      pass(bench, 40);
      const ahead = jobs(8);
      bench.add(ahead);
      park(bench, suspects(1, 2));
      startAll(bench);
      bench.finish(ahead[0]!);
      expect([bench.wanted(), bench.turns().length]).toEqual([-2, 0]);
      for (const job of ahead.slice(1, 5)) bench.finish(job);
      startAll(bench);
      expect([bench.wanted(), bench.turns().length]).toEqual([1, 1]);
    });
  });
});
