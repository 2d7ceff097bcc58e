import { Quarantine } from './quarantine.js';
import type { RunningJob } from './running-job.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { TestClock } from '../../../../test/support/test-clock.js';

const SLOTS = 100;
const GROUP = 30;
const FEW = 6;

describe('Quarantine', () => {
  let clock: TestClock;
  let quarantine: Quarantine;

  beforeEach(() => {
    clock = new TestClock(1_000);
    quarantine = new Quarantine(() => SLOTS, clock);
  });

  const suspects = (count: number, crashes = 1, maxAttempts = 5) =>
    Array.from({ length: count }, () =>
      runningJob({ crashes, attempts: crashes + 1, max_attempts: maxAttempts }, clock),
    );

  /** As after a claim: the suspects are refused and handed back. */
  function park(...jobs: RunningJob[]): void {
    for (const job of jobs) quarantine.refuse(job);
    for (const job of jobs) quarantine.leave(job);
  }

  /** Claims the suspects whose turn it is, and starts them. */
  function callIn(limit = SLOTS): RunningJob[] {
    const turns = quarantine.turns(limit);
    quarantine.unpark(turns);
    const jobs = turns.map(({ id, caution }) =>
      runningJob(
        {
          id,
          crashes: { group: 1, few: 2, alone: 3, last: 4 }[caution],
          attempts: caution === 'last' ? 5 : 2,
        },
        clock,
      ),
    );
    quarantine.callIn(jobs);
    for (const job of jobs) job.stage = 'running';
    return jobs;
  }

  function end(jobs: RunningJob[]): void {
    for (const job of jobs) {
      job.stage = 'ended';
      quarantine.leave(job);
    }
  }

  const ids = (jobs: { id: string }[]) => jobs.map(({ id }) => id);

  it('starts no suspect before all of its claim are handed back, but waits for that one second at most', () => {
    const [first, second] = suspects(2) as [RunningJob, RunningJob];
    quarantine.refuse(first);
    quarantine.refuse(second);
    quarantine.leave(first);
    expect(quarantine.turns(SLOTS)).toEqual([]);
    clock.nowMs += 1_000;
    expect(ids(quarantine.turns(SLOTS))).toEqual([first.id]);
  });

  it('keeps slots for suspects that are being handed back', () => {
    for (const job of suspects(50)) quarantine.refuse(job);
    expect(quarantine.slotsWanted(SLOTS)).toBe(GROUP);
    expect(quarantine.slotsWanted(10)).toBe(10);
  });

  it('hands suspects back for longer the more there are, up to a minute', () => {
    const delays = suspects(2_000).map((job) => quarantine.refuse(job));
    expect([delays[0], delays[99], delays[1_999]]).toEqual([5_050, 10_000, 60_000]);
  });

  it('starts suspects with one crash in groups, in the order of parking', () => {
    const jobs = suspects(100);
    park(...jobs);
    const group = callIn();
    expect(ids(group)).toEqual(ids(jobs.slice(0, GROUP)));
    expect(callIn()).toEqual([]);
    end(group.slice(0, 10));
    expect(ids(callIn())).toEqual(ids(jobs.slice(GROUP, GROUP + 10)));
  });

  it.each([
    [2, FEW],
    [3, 1],
    [4, 1],
  ])('lets suspects run at once by their crashes: after %d crashes, %d', (crashes, limit) => {
    park(...suspects(20, crashes));
    const first = callIn();
    expect(first).toHaveLength(limit);
    end(first);
    expect(callIn()).toHaveLength(limit);
  });

  it.each([
    ['one crash, and slots are idle', 1, 1_000, false],
    ['one crash, and others wait for slots', 1, 5_000, true],
    ['two crashes', 2, 5_000, false],
    ['three crashes', 3, 10_000, false],
  ])('starts the next suspects beside long ones after their probation: %s', (_, crashes, probationMs, busy) => {
    park(...suspects(100, crashes));
    const first = callIn();
    clock.nowMs += probationMs - 1;
    if (busy) quarantine.slotsAreFull();
    expect(callIn()).toEqual([]);
    clock.nowMs += 1;
    expect(callIn()).toHaveLength(first.length);
  });

  it('starts no suspect with fewer crashes beside one that has more', () => {
    const [narrow] = suspects(1, 3) as [RunningJob];
    park(narrow, ...suspects(5));
    expect(ids(callIn())).toEqual([narrow.id]);
    expect(callIn()).toEqual([]);
    clock.nowMs += 10_000;
    expect(callIn()).toHaveLength(5);
  });

  it('starts a job at its last attempt only when no other suspect runs, and no other for a minute after it', () => {
    park(...suspects(1));
    const long = callIn();
    clock.nowMs += 600_000;
    park(...suspects(1, 1, 2), ...suspects(1));
    expect(callIn()).toEqual([]);
    end(long);
    expect(callIn()).toHaveLength(1);
    clock.nowMs += 59_999;
    expect(callIn()).toEqual([]);
    clock.nowMs += 1;
    expect(callIn()).toHaveLength(1);
  });

  it('moves the first in line to the end after ten seconds in which it could not start', () => {
    park(...suspects(1));
    callIn();
    clock.nowMs += 600_000;
    const [blocked] = suspects(1, 4);
    const [other] = suspects(1);
    park(blocked!, other!);
    expect(callIn()).toEqual([]);
    clock.nowMs += 9_999;
    expect(callIn()).toEqual([]);
    clock.nowMs += 1;
    callIn();
    expect(ids(callIn())).toEqual([other!.id]);
  });

  it('keeps the place of a suspect that is claimed again before its turn', () => {
    const jobs = suspects(40);
    park(...jobs);
    const again = runningJob({ id: jobs[0]!.id, crashes: 1, attempts: 2, run: 7 }, clock);
    park(again);
    const parked = { id: again.id, shard: 0, run: 7, type: 'greet', queue: 'default', caution: 'group' };
    expect(quarantine.turns(1)).toEqual([parked]);
  });

  it('is careful before and right after the start of a job with more than one crash', () => {
    park(...suspects(1));
    expect(quarantine.isCareful).toBe(false);
    end(callIn());
    park(...suspects(1, 2));
    expect(quarantine.isCareful).toBe(true);
    callIn();
    clock.nowMs += 249;
    expect(quarantine.isCareful).toBe(true);
    clock.nowMs += 1;
    expect(quarantine.isCareful).toBe(false);
  });

  it('remembers at most ten thousand suspects', () => {
    park(...suspects(10_001));
    let calledIn = 0;
    for (let jobs; (jobs = callIn()).length > 0; end(jobs)) calledIn += jobs.length;
    expect(calledIn).toBe(10_000);
    expect(quarantine.isEmpty).toBe(true);
  });
});
