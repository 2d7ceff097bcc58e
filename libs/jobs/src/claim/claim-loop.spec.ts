import { eventually } from '../../../../test/support/eventually.js';
import { WorkerStatus } from '../state/worker-status.js';
import { ClaimLoop, type ClaimLoopOptions } from './claim-loop.js';
import type { Claimer } from './claimer.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { systemClock } from '../support/time/clock.js';
import { Sleeper } from '../support/time/sleeper.js';

describe('a claim loop', () => {
  let wanted: number;
  let loop: ClaimLoop;
  let sleeper: Sleeper;
  /** Each ends one claim with this many jobs. */
  let answers: ((jobs: number) => void)[];
  let nextDueMs: number | null;
  let questions: number;
  let scanWasPartial: boolean;
  let taken: number;

  beforeEach(() => {
    wanted = 1;
    answers = [];
    nextDueMs = null;
    questions = 0;
    scanWasPartial = false;
    taken = 0;
    const claimer: Pick<Claimer, 'claim' | 'scanWasPartial' | 'nextDueMs'> = {
      get scanWasPartial() {
        return scanWasPartial;
      },
      claim: async () => {
        const jobs = await new Promise<number>((resolve) => answers.push(resolve));
        return Array.from({ length: jobs }, () => runningJob());
      },
      nextDueMs: async () => {
        questions++;
        return nextDueMs;
      },
    };
    const options: ClaimLoopOptions = {
      clock: systemClock,
      claimer: claimer as Claimer,
      status: new WorkerStatus(),
      turns: { planned: (dueMs) => dueMs, looked: () => {} },
      pollIntervalMs: 60_000,
      wanted: () => wanted,
      beforeClaim: async () => {},
      take: async (claimed) => void (taken += claimed.length),
      onError: () => {},
      onRecovered: () => {},
    };
    sleeper = new Sleeper();
    loop = new ClaimLoop(options, sleeper);
    loop.start();
  });

  afterEach(async () => {
    wanted = 0;
    for (const answer of answers) answer(0);
    await loop.stop();
  });

  const foundAll = () => eventually(() => loop.foundAll);
  const claims = (count: number) => eventually(() => expect(answers).toHaveLength(count));

  it('takes the jobs of a partial scan, and claims again at once', async () => {
    wanted = 2;
    scanWasPartial = true;
    answers[0]!(1);
    await claims(2);
    expect(taken).toBe(1);
    expect(questions).toBe(0);
    expect(loop.foundAll).toBe(false);
    scanWasPartial = false;
    answers[1]!(0);
    await foundAll();
  });

  it('has found all after a claim that comes back short, until it is woken', async () => {
    expect(loop.foundAll).toBe(false);
    answers[0]!(0);
    await foundAll();
    loop.wake();
    expect(loop.foundAll).toBe(false);
    await claims(2);
    answers[1]!(1);
    await claims(3);
    expect(loop.foundAll).toBe(false);
    answers[2]!(0);
    await foundAll();
  });

  it('has not found all if it is woken during a claim, which may have looked too early', async () => {
    await claims(1);
    loop.wake();
    answers[0]!(0);
    const seen = new Set<boolean>();
    for (let turns = 0; answers.length < 2; turns++) {
      expect(turns).toBeLessThan(1_000);
      seen.add(loop.foundAll);
      await Promise.resolve();
    }
    expect([...seen]).toEqual([false]);
  });

  it('has not found all while a job is due that no claim got', async () => {
    nextDueMs = -1;
    answers[0]!(0);
    await claims(2);
    expect(loop.foundAll).toBe(false);
  });

  it('that had no free slot at its last look claims as soon as one is free', async () => {
    answers[0]!(0);
    await foundAll();
    wanted = 0;
    sleeper.wake();
    await eventually(() => expect(loop.foundAll).toBe(false));
    wanted = 1;
    loop.slotFreed();
    await claims(2);
  });

  it('only asks while nothing is planned, and claims once a job is due', async () => {
    answers[0]!(0);
    await foundAll();
    for (const polls of [2, 3]) {
      sleeper.wake();
      await eventually(() => expect(questions).toBe(polls));
    }
    expect(answers).toHaveLength(1);
    nextDueMs = -1;
    sleeper.wake();
    await claims(2);
  });

  it('claims without asking when the planned job falls due', async () => {
    nextDueMs = 1;
    answers[0]!(0);
    await claims(2);
    expect(questions).toBe(1);
  });
});
