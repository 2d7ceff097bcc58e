import { claimedRow } from '../../../../test/support/claimed-row.js';
import { RunningJob } from './running-job.js';
import { Workbench } from './workbench.js';

describe('Workbench', () => {
  let nowMs = 0;

  beforeEach(() => {
    nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const jobs = (count: number) => Array.from({ length: count }, () => new RunningJob(0, claimedRow()));

  function startAll(bench: Workbench): RunningJob[] {
    const started: RunningJob[] = [];
    for (let job; (job = bench.startNext());) started.push(job);
    return started;
  }

  /** Runs `count` jobs through the bench within the same instant. */
  function pass(bench: Workbench, count: number): void {
    for (const job of jobs(count)) {
      bench.add([job]);
      bench.startNext();
      bench.finish(job);
      bench.release(job);
    }
  }

  it('starts as many jobs as it has slots, in the order in which they were claimed', () => {
    const bench = new Workbench(2);
    const claimed = jobs(3);
    bench.add(claimed);
    expect(startAll(bench)).toEqual(claimed.slice(0, 2));
    expect(bench.active).toBe(2);
    bench.finish(claimed[0]!);
    expect(startAll(bench)).toEqual([claimed[2]]);
    expect(bench.runningJobs()).toEqual([claimed[1], claimed[2]]);
  });

  it('wants as many jobs as it has slots without a job', () => {
    const bench = new Workbench(5);
    expect(bench.wanted()).toBe(5);
    bench.add(jobs(3));
    expect(bench.wanted()).toBe(2);
    startAll(bench);
    expect(bench.wanted()).toBe(2);
  });

  it('wants less than nothing after its concurrency was lowered, until enough jobs have ended', () => {
    const bench = new Workbench(3);
    bench.add(jobs(4));
    startAll(bench);
    bench.concurrency = 1;
    expect(bench.wanted()).toBe(-3);
    expect(bench.startNext()).toBeUndefined();
  });

  it('claims ahead what its slots finished in the last 100 ms, and forgets it when they fall idle', () => {
    const bench = new Workbench(10);
    pass(bench, 40);
    expect(bench.wanted()).toBe(10 + 40);
    nowMs += 150;
    expect(bench.wanted()).toBe(10 + 40);
    nowMs += 150;
    expect(bench.wanted()).toBe(10);
  });

  it('forgets it at once after a pause', () => {
    const bench = new Workbench(10);
    pass(bench, 40);
    nowMs += 500;
    expect(bench.wanted()).toBe(10);
  });

  it('claims nothing ahead for slow jobs', () => {
    const bench = new Workbench(1);
    const claimed = jobs(1);
    bench.add(claimed);
    startAll(bench);
    nowMs += 60_000;
    expect(bench.wanted()).toBe(0);
  });

  it('never claims more than 500 at once, nor 1,000 ahead', () => {
    const bench = new Workbench(10);
    pass(bench, 5_000);
    expect(bench.wanted()).toBe(500);
    bench.add(jobs(600));
    expect(bench.wanted()).toBe(410);
  });

  it('holds a job from its claim until its outcome is written, not just until its slot is free', () => {
    const bench = new Workbench(1);
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

  it('tells the runs of one job apart', () => {
    const bench = new Workbench(2);
    const first = new RunningJob(0, claimedRow({ id: 'a', run: 1 }));
    const second = new RunningJob(0, claimedRow({ id: 'a', run: 2 }));
    bench.add([first]);
    expect([bench.holds('a', 1), bench.holds('a', 2)]).toEqual([true, false]);
    bench.add([second]);
    bench.release(first);
    expect([bench.holds('a', 1), bench.holds('a', 2)]).toEqual([false, true]);
  });

  it('gives away what has waited long enough for a slot, and nothing that runs', () => {
    const bench = new Workbench(1);
    const old = jobs(3);
    bench.add(old);
    startAll(bench);
    nowMs += 900;
    const young = jobs(2);
    bench.add(young);
    nowMs += 100;
    expect(bench.takeWaiting(1_000)).toEqual(old.slice(1));
    expect(bench.takeWaiting(1_000)).toEqual([]);
    expect(bench.runningJobs()).toEqual([old[0]]);
    expect(bench.takeWaiting(0)).toEqual(young);
    expect(bench.wanted()).toBe(0);
  });

  describe('with a job that has a crash behind it', () => {
    const suspects = (count: number, crashes = 1) =>
      Array.from({ length: count }, () => new RunningJob(0, claimedRow({ crashes })));

    it('starts it only when nothing else runs, and nothing after it meanwhile', () => {
      const bench = new Workbench(5);
      const [first, last] = jobs(2) as [RunningJob, RunningJob];
      const [suspect] = suspects(1) as [RunningJob];
      bench.add([first, suspect, last]);
      expect(startAll(bench)).toEqual([first]);
      expect(bench.wanted()).toBe(0);
      bench.finish(first);
      expect(startAll(bench)).toEqual([suspect]);
      expect(bench.wanted()).toBe(0);
      bench.finish(suspect);
      expect(startAll(bench)).toEqual([last]);
      expect(bench.wanted()).toBeGreaterThan(0);
    });

    it.each([
      [1, 250],
      [2, 10_000],
    ])('fills the other slots again: after %d of them once it has run for %d ms', (crashes, aloneMs) => {
      const bench = new Workbench(5);
      bench.add(suspects(1, crashes));
      startAll(bench);
      nowMs += aloneMs - 1;
      expect(bench.wanted()).toBe(0);
      nowMs += 1;
      expect(bench.wanted()).toBe(4);
      const others = jobs(2);
      bench.add(others);
      expect(startAll(bench)).toEqual(others);
    });

    it('starts it beside a job that does not end within a second, so that its worker does not stand still', () => {
      const bench = new Workbench(5);
      const running = jobs(1);
      const waiting = suspects(1);
      bench.add([...running, ...waiting]);
      startAll(bench);
      nowMs += 999;
      expect(startAll(bench)).toEqual([]);
      expect(bench.takeWaiting(500)).toEqual([]);
      nowMs += 1;
      expect(startAll(bench)).toEqual(waiting);
      nowMs += 250;
      expect(bench.wanted()).toBe(3);
    });

    it('never starts one with two crashes beside others, and hands it back after that second', () => {
      const bench = new Workbench(5);
      const running = jobs(1);
      const waiting = suspects(1, 2);
      bench.add([...running, ...waiting]);
      startAll(bench);
      nowMs += 1_000;
      expect(startAll(bench)).toEqual([]);
      expect(bench.takeWaiting(1_000)).toEqual(waiting);
      expect(waiting[0]!.unstartedDelayMs).toBe(30_000);
      expect(bench.wanted()).toBe(4);
    });

    it('puts off nobody who only waited behind others for its turn', () => {
      const bench = new Workbench(1);
      const [first, second] = jobs(2) as [RunningJob, RunningJob];
      const waiting = suspects(1, 2);
      bench.add([first, second, ...waiting]);
      startAll(bench);
      nowMs += 1_000;
      expect(startAll(bench)).toEqual([]);
      expect(bench.takeWaiting(1_000)).toEqual([second, ...waiting]);
      expect(waiting[0]!.unstartedDelayMs).toBe(0);
    });

    it('hands it back at a shutdown, and wants others afterwards', () => {
      const bench = new Workbench(5);
      const waiting = suspects(1);
      bench.add(waiting);
      expect(bench.takeWaiting(0)).toEqual(waiting);
      expect(bench.wanted()).toBe(5);
    });

    it('leaves all but one of them to other processes, but nobody else', () => {
      const bench = new Workbench(10);
      const [many, others] = [suspects(6), jobs(2)];
      expect(bench.add([many[0]!, others[0]!, ...many.slice(1), others[1]!])).toEqual(many.slice(1));
      expect(bench.size).toBe(8);
      expect(bench.takeWaiting(0)).toEqual([many[0], ...others]);
    });

    it('wants one at a time once there were too many, until none of them come any more', () => {
      const bench = new Workbench(10);
      for (const count of [2, 1]) {
        bench.add(suspects(count));
        for (let job; (job = bench.startNext());) bench.finish(job);
        expect(bench.wanted()).toBe(1);
      }
      bench.add(jobs(1));
      expect(bench.wanted()).toBeGreaterThan(1);
    });
  });
});
