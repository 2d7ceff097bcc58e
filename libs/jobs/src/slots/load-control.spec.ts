import { claimedRow } from '../../../../test/support/claimed-row.js';
import { PayloadText } from '../job/validate/payload-text.js';
import { LoadControl } from './load-control.js';
import { RunningJob } from './running-job.js';
import { Workbench } from './workbench.js';

const LARGE = 262_144;

const jobs = (count: number, queue: string, length = 0): RunningJob[] =>
  Array.from({ length: count }, () => {
    const payload = length > 0 ? new PayloadText('x'.repeat(length)) : {};
    return new RunningJob(0, claimedRow({ queue, payload }));
  });

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('LoadControl, with more large payloads than may wait', () => {
  let bench: Workbench;
  let load: LoadControl;
  const add = (claimed: RunningJob[]) => bench.add(load.admit(claimed));

  beforeEach(() => {
    bench = new Workbench(200);
    load = new LoadControl(
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
    const bench = new Workbench(200);
    const started: string[][] = [[]];
    let nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const start = () => {
      for (let job; (job = load.startNext());) {
        started.at(-1)!.push(job.id);
        nowMs += 3;
      }
    };
    const load: LoadControl = new LoadControl(
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
    const load = new LoadControl(new Workbench(2), () => undefined, onRelief);
    load.startNext();
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    expect(onRelief).not.toHaveBeenCalled();
  });

  it('makes outcomes for 10 ms per turn of the event loop, and the rest in later turns', async () => {
    let nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const load = new LoadControl(
      new Workbench(2),
      () => undefined,
      () => undefined,
    );
    const made: number[] = [0];
    const make = () => {
      made[made.length - 1]!++;
      nowMs += 6;
    };
    for (let outcome = 0; outcome < 10; outcome++) load.makeOutcome(make);
    for (let turn = 0; turn < 3; turn++) {
      made.push(0);
      await nextTurn();
    }
    expect(made).toEqual([2, 2, 2, 2]);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });
});
