import {
  asked,
  AT_START,
  claimed,
  lookBegins,
  lookEnded,
  lookFailed,
  planned,
  toldToCheck,
  woken,
  type ClaimResult,
  type LookState,
  type Next,
  type Pacing,
} from './next-step.js';

const POLL_MS = 5_000;
const SHORTEST: Pacing = { pollIntervalMs: POLL_MS, random: () => 0 };
/** The longest pause that `random` gives, for tests without interest in it. */
const LONGEST: Pacing = { pollIntervalMs: POLL_MS, random: () => 1 };

/** After a look that found nothing, with nothing due before the next poll. */
const IDLE: LookState = { ...AT_START, moreMayBeDue: false, nothingIsPlanned: true, foundAll: true };
/** In the middle of a look for ten jobs that was made at a wake-up. */
const LOOKING: LookState = { ...AT_START, wanted: 10 };
const POLLING: LookState = { ...IDLE, wanted: 10, foundAll: false, isPoll: true };

const CLAIM = { kind: 'claim', limit: 10 };
const ASK = { kind: 'ask' };
const PLAN = { kind: 'plan' };
const sleep = (ms: number) => ({ kind: 'sleep', ms });
const result = (given: Partial<ClaimResult>): ClaimResult => ({
  jobs: 0,
  scanWasPartial: false,
  leftLanesOut: false,
  ...given,
});

describe('a look for jobs', () => {
  it.each<[string, LookState, object]>([
    ['claims at the start', AT_START, CLAIM],
    ['only asks while nothing is planned', IDLE, ASK],
    ['claims when a planned job falls due', { ...IDLE, nothingIsPlanned: false }, CLAIM],
    ['asks if it was told to check', toldToCheck({ ...IDLE, nothingIsPlanned: false }), ASK],
    ['claims after a wake-up', woken(IDLE), CLAIM],
    ['claims after a wake-up and a check, in whatever order', toldToCheck(woken(IDLE)), CLAIM],
    ['claims after a check and a wake-up', woken(toldToCheck(IDLE)), CLAIM],
    ['claims if the last claim left jobs behind', { ...IDLE, moreMayBeDue: true }, CLAIM],
    ['claims if the last claim may have been too early', { ...IDLE, isWoken: true }, CLAIM],
  ])('%s', (_, before, step) => {
    const next = lookBegins(before, 10, LONGEST);
    expect(next.step).toEqual(step);
    expect(next.state).toMatchObject({ wanted: 10, asksFirst: false, isWoken: false, foundAll: false });
  });

  it.each([0, -3])(
    'sleeps until the next poll if %i jobs are wanted, and then lets the next free slot claim',
    (wanted) => {
      const { state, step } = lookBegins(IDLE, wanted, SHORTEST);
      expect(step).toEqual(sleep(POLL_MS));
      expect(state).toMatchObject({ moreMayBeDue: true, foundAll: false });
      expect(lookBegins(state, 10, SHORTEST).step).toEqual(CLAIM);
    },
  );

  it.each<[string, LookState, boolean]>([
    ['a poll', IDLE, true],
    ['a check', toldToCheck(IDLE), false],
    ['a wake-up', woken(IDLE), false],
    ['its first', AT_START, false],
  ])('knows whether the time alone has caused it: %s', (_, before, isPoll) => {
    expect(lookBegins(before, 10, LONGEST).state.isPoll).toBe(isPoll);
  });
});

describe('the answer to a question', () => {
  it.each<[string, number, object, boolean]>([
    ['claims if a job is due', 0, CLAIM, false],
    ['claims if a job has been due for long', -9_000, CLAIM, false],
    ['sleeps until the next job is due', 700, sleep(700), false],
    ['sleeps until the next poll if the next job is due later', POLL_MS + 1, sleep(POLL_MS), true],
    ['sleeps until the next poll if nothing is planned', Infinity, sleep(POLL_MS), true],
  ])('%s', (_, dueMs, step, nothingIsPlanned) => {
    const next = asked(LOOKING, dueMs, LONGEST);
    expect(next.step).toEqual(step);
    expect(next.state).toEqual({ ...LOOKING, nothingIsPlanned });
  });
});

describe('a claim that comes back', () => {
  it.each<[string, Partial<ClaimResult>, object, Partial<LookState>]>([
    ['full is repeated at once', { jobs: 10 }, sleep(0), { moreMayBeDue: true, asksFirst: false }],
    [
      'short from a partial scan is repeated at once',
      { jobs: 1, scanWasPartial: true },
      sleep(0),
      { moreMayBeDue: true },
    ],
    ['empty from a partial scan is repeated at once', { scanWasPartial: true }, sleep(0), { moreMayBeDue: true }],
    ['short rests for a moment, and then asks', { jobs: 3 }, sleep(50), { moreMayBeDue: false, asksFirst: true }],
    [
      'empty without some lanes is repeated soon',
      { leftLanesOut: true },
      sleep(50),
      { moreMayBeDue: true, asksFirst: false },
    ],
    ['empty asks how long to sleep', {}, PLAN, { moreMayBeDue: false, asksFirst: false }],
  ])('%s', (_, given, step, changes) => {
    const next = claimed({ ...LOOKING, nothingIsPlanned: true, claimsInVain: 4 }, result(given), LONGEST);
    expect(next.step).toEqual(step);
    const claimsInVain = given.jobs ? 0 : 4;
    expect(next.state).toMatchObject({ ...changes, nothingIsPlanned: false, claimsInVain });
  });

  it('keeps a check that came meanwhile', () => {
    expect(claimed(toldToCheck(LOOKING), result({}), LONGEST).state.asksFirst).toBe(true);
  });

  it('rests no longer than the poll interval', () => {
    expect(claimed(POLLING, result({ jobs: 3 }), { ...LONGEST, pollIntervalMs: 20 }).step).toEqual(sleep(20));
  });
});

describe('after a claim that got nothing, a loop', () => {
  it('sleeps until the next job is due', () => {
    expect(planned({ ...LOOKING, claimsInVain: 3 }, 700, LONGEST)).toEqual({
      state: { ...LOOKING, moreMayBeDue: false, nothingIsPlanned: false, claimsInVain: 0 },
      step: sleep(700),
    });
  });

  it('sleeps until the next poll if nothing is planned, and asks then', () => {
    const { state, step } = planned(LOOKING, Infinity, LONGEST);
    expect(step).toEqual(sleep(POLL_MS));
    expect(lookBegins(lookEnded(state), 10, LONGEST).step).toEqual(ASK);
  });

  it('claims a due job again at once, and then after growing pauses, because others have locked it', () => {
    const pauses: number[] = [];
    for (let [state, claims] = [LOOKING, 0]; claims < 10; claims++) {
      const next: Next = planned(state, -1, LONGEST);
      if (next.step.kind === 'sleep') pauses.push(next.step.ms);
      expect(lookBegins(lookEnded(next.state), 10, LONGEST).step).toEqual(CLAIM);
      state = next.state;
    }
    expect(pauses).toEqual([0, 20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000]);
  });

  it('never pauses for longer than the poll interval', () => {
    const locked = { ...LOOKING, claimsInVain: 9 };
    expect(planned(locked, -1, { ...LONGEST, pollIntervalMs: 100 }).step).toEqual(sleep(100));
  });
});

describe('a sleep until the next poll', () => {
  it('is shorter by up to a half after a look that others may have made, too', () => {
    expect(planned(LOOKING, Infinity, SHORTEST).step).toEqual(sleep(POLL_MS / 2));
    expect(asked(LOOKING, POLL_MS, SHORTEST).step).toEqual(sleep(POLL_MS / 2));
  });

  it('keeps its length after a poll, because the workers poll at different times by then', () => {
    expect(asked(POLLING, Infinity, SHORTEST).step).toEqual(sleep(POLL_MS));
  });

  it('is the only one that varies: a planned job is due at its time', () => {
    expect(asked(LOOKING, POLL_MS - 1, SHORTEST).step).toEqual(sleep(POLL_MS - 1));
  });
});

describe('a look that fails', () => {
  it('is followed by a pause that doubles up to five seconds, less a random part', () => {
    const pauses: number[][] = [];
    for (let state = LOOKING; state.failures < 8;) {
      const [longest, shortest] = [lookFailed(state, LONGEST), lookFailed(state, SHORTEST)];
      pauses.push([longest.step.ms, shortest.step.ms]);
      state = longest.state;
    }
    expect(pauses.map(([longest]) => longest)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    for (const [longest, shortest] of pauses) expect(shortest).toBe(longest! / 2);
  });

  it('has not found all, and the next one that ends well forgets it', () => {
    const { state } = lookFailed(lookBegins(IDLE, 10, LONGEST).state, LONGEST);
    expect(state).toMatchObject({ failures: 1, foundAll: false });
    expect(lookEnded(state).failures).toBe(0);
  });
});

describe('a look that has ended', () => {
  it.each<[string, LookState, boolean]>([
    ['found all if nothing is left', POLLING, true],
    ['did not if jobs are left', { ...POLLING, moreMayBeDue: true }, false],
    [
      'did not if it was woken meanwhile, even if its claim came back short since',
      { ...POLLING, isWoken: true },
      false,
    ],
  ])('%s', (_, state, foundAll) => {
    expect(lookEnded(state).foundAll).toBe(foundAll);
  });

  it('has found all only until it is woken, and a check changes nothing of that', () => {
    expect(toldToCheck(IDLE).foundAll).toBe(true);
    expect(woken(IDLE).foundAll).toBe(false);
  });
});
