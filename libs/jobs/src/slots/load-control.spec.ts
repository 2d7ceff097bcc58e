import { PayloadText } from '../job/validate/payload-text.js';
import { LoadControl } from './load-control.js';
import type { RunningJob } from './running-job.js';
import { Workbench } from './workbench.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { TestClock } from '../../../../test/support/test-clock.js';
import { systemClock } from '../support/time/clock.js';

const LARGE = 262_144;

const jobs = (count: number, queue: string, length = 0): RunningJob[] =>
  Array.from({ length: count }, () => {
    const payload = length > 0 ? new PayloadText('x'.repeat(length)) : {};
    return runningJob({ queue, payload });
  });

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('LoadControl, with more large payloads than may wait', () => {
  let bench: Workbench;
  let load: LoadControl;
  const add = (claimed: RunningJob[]) => bench.add(load.admit(claimed));

  beforeEach(() => {
    bench = new Workbench(200, systemClock);
    load = new LoadControl(
      systemClock,
      bench,
      () => undefined,
      () => undefined,
    );
    add(jobs(32, 'reports', LARGE));
  });

  it('claims a few jobs from other lanes', () => {
    expect(load.wanted()).toBe(2);
    expect([...load.heldLanes!]).toEqual(['5:reports']);
    add(jobs(14, 'mail'));
    expect(load.wanted()).toBe(2);
  });

  it('claims nothing once the other lanes bring large jobs, too', () => {
    for (let queue = 0; queue < 32; queue++) {
      load.wanted();
      add(jobs(1, `other-${queue}`, LARGE));
    }
    expect(load.wanted()).toBe(0);
  });

  it('claims from all lanes again once there is room', async () => {
    load.wanted();
    while (bench.waitingJobs().length > 28) {
      load.startNext();
      await nextTurn();
    }
    expect(load.wanted()).toBe(2);
    expect(load.heldLanes).toBeNull();
  });

  it('gives every other slot to a small job', async () => {
    add(jobs(3, 'mail'));
    const started: string[] = [];
    for (let turn = 0; turn < 3; turn++) {
      for (let job; (job = load.startNext());) started.push(job.row.queue);
      await nextTurn();
    }
    expect(started.slice(0, 6)).toEqual(['mail', 'reports', 'mail', 'reports', 'mail', 'reports']);
  });
});

describe('LoadControl, with jobs that take long to start', () => {
  it('starts jobs for 10 ms per turn of the event loop, and the rest in later turns', async () => {
    const clock = new TestClock(1_000);
    const bench = new Workbench(200, clock);
    const started: string[][] = [[]];
    const start = () => {
      for (let job; (job = load.startNext());) {
        started.at(-1)!.push(job.id);
        clock.nowMs += 3;
      }
    };
    const load: LoadControl = new LoadControl(
      clock,
      bench,
      () => undefined,
      () => {
        started.push([]);
        start();
      },
    );
    bench.add(load.admit(jobs(10, 'default')));
    start();
    for (let turn = 0; turn < 4; turn++) await nextTurn();
    expect(started.map(({ length }) => length)).toEqual([4, 4, 2]);
  });

  it('calls onRelief only if a job had to wait', async () => {
    const onRelief = jest.fn();
    const load = new LoadControl(systemClock, new Workbench(2, systemClock), () => undefined, onRelief);
    load.startNext();
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    expect(onRelief).not.toHaveBeenCalled();
  });

  it('makes outcomes for 10 ms per turn of the event loop, and the rest in later turns', async () => {
    const clock = new TestClock(1_000);
    const load = new LoadControl(
      clock,
      new Workbench(2, clock),
      () => undefined,
      () => undefined,
    );
    const made: number[] = [0];
    const make = () => {
      made[made.length - 1]!++;
      clock.nowMs += 6;
    };
    for (let outcome = 0; outcome < 10; outcome++) load.makeOutcome(make);
    for (let turn = 0; turn < 3; turn++) {
      made.push(0);
      await nextTurn();
    }
    expect(made).toEqual([2, 2, 2, 2]);
  });
});
