import { eventually } from '../../../../test/support/eventually.js';
import { WorkerStatus } from '../state/worker-status.js';
import { ClaimLoop, type ClaimLoopOptions } from './claim-loop.js';
import type { Claimer } from './claimer.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { systemClock } from '../support/time/clock.js';
import { Sleeper } from '../support/time/sleeper.js';

const POLL_MS = 60_000;

describe('a claim loop of a fleet', () => {
  let loop: ClaimLoop;
  let sleeper: Sleeper;
  let due: number;
  let nextDueMs: number | null;
  let leftToOthers: boolean;
  let statements: string[];
  /** How many jobs each look found. */
  let looks: number[];

  beforeEach(async () => {
    due = 0;
    nextDueMs = null;
    leftToOthers = false;
    statements = [];
    looks = [];
    sleeper = new Sleeper();
    loop = newLoop();
  });

  afterEach(() => loop.stop());

  function newLoop(): ClaimLoop {
    const claimer: Pick<Claimer, 'claim' | 'scanWasPartial' | 'nextDueMs'> = {
      scanWasPartial: false,
      claim: async () => {
        statements.push('claim');
        const claimed = Array.from({ length: due }, () => runningJob());
        due = 0;
        return claimed;
      },
      nextDueMs: async () => {
        statements.push('ask');
        return due > 0 ? -1 : nextDueMs;
      },
    };
    const options: ClaimLoopOptions = {
      clock: systemClock,
      claimer: claimer as Claimer,
      status: new WorkerStatus(),
      turns: { planned: (dueMs) => (leftToOthers ? Infinity : dueMs), looked: ({ length }) => looks.push(length) },
      pollIntervalMs: POLL_MS,
      wanted: () => 10,
      beforeClaim: async () => {},
      take: async () => {},
      onError: () => {},
      onRecovered: () => {},
    };
    return new ClaimLoop(options, sleeper);
  }

  async function startIdle(): Promise<void> {
    loop.start();
    await eventually(() => loop.foundAll);
    expect(statements.splice(0)).toEqual(['claim', 'ask']);
    looks.length = 0;
  }

  it('asks first on a check, and claims if a job is due', async () => {
    nextDueMs = 10_000;
    await startIdle();
    loop.check();
    await eventually(() => expect(looks).toEqual([0]));
    expect(statements).toEqual(['ask']);
    due = 1;
    loop.check();
    await eventually(() => expect(looks).toEqual([0, 1]));
    expect(statements).toEqual(['ask', 'ask', 'claim']);
  });

  it('claims without asking if a wake-up comes together with a check', async () => {
    await startIdle();
    loop.check();
    loop.wake();
    await eventually(() => expect(statements.slice(0, 2)).toEqual(['claim', 'ask']));
  });

  it('asks before it claims again after jobs have come, because the next ones are announced', async () => {
    await startIdle();
    due = 1;
    loop.wake();
    await eventually(() => expect(statements).toEqual(['claim', 'ask']));
    expect(looks).toEqual([1, 0]);
  });

  it('keeps sleeping when others look for the next due job, and asks at its next poll', async () => {
    leftToOthers = true;
    nextDueMs = 1;
    await startIdle();
    sleeper.wake();
    await eventually(() => expect(statements).toEqual(['ask']));
  });

  it('varies its first poll after a look, so that workers do not poll together', async () => {
    const firsts = new Set<number>();
    for (let i = 0; i < 8; i++) {
      const [first, ...later] = await pausesOf(3);
      expect(first).toBeGreaterThanOrEqual(POLL_MS / 2);
      expect(later).toEqual([POLL_MS, POLL_MS]);
      firsts.add(first!);
    }
    expect(firsts.size).toBeGreaterThan(4);
  });

  /** The first `count` pauses of an idle loop. */
  async function pausesOf(count: number): Promise<number[]> {
    const pauses: number[] = [];
    sleeper = new Sleeper();
    const idle = newLoop();
    jest.spyOn(sleeper, 'sleep').mockImplementation(async (ms) => {
      if (pauses.push(ms) === count) void idle.stop();
    });
    idle.start();
    await eventually(() => expect(pauses).toHaveLength(count));
    return pauses;
  }
});
