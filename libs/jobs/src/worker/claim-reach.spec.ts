import { ClaimReach } from './claim-reach.js';

describe('ClaimReach', () => {
  let nowMs: number;
  let reach: ClaimReach;

  beforeEach(() => {
    nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    reach = new ClaimReach();
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** A claim of all jobs that takes so long and finds so many of ten. */
  function claimAll(tookMs: number, found = 0): void {
    const startedMs = nowMs;
    nowMs += tookMs;
    reach.note('all', startedMs, found, 10, false);
  }

  it('guards claims after three in a row that took longer than their jobs explain', () => {
    for (const tookMs of [21, 21, 19, 21, 21]) claimAll(tookMs);
    expect(reach.guarded).toBe(false);
    claimAll(21);
    expect(reach.guarded).toBe(true);
  });

  it('allows a claim the time that its jobs need', () => {
    for (let claims = 0; claims < 5; claims++) claimAll(21, 10);
    expect(reach.guarded).toBe(false);
  });

  it('looks at no job before the marks while claims are guarded, however short they come back', () => {
    reach.guard();
    expect(reach.choose(nowMs, true)).toBe('untouched');
    reach.note('untouched', nowMs, 0, 10, false);
    expect(reach.mustLookAgain).toBe(true);
    expect(reach.choose(nowMs, true)).toBe('ahead');
    reach.note('ahead', nowMs, 0, 10, false);
    expect(reach.mustLookAgain).toBe(false);
    expect(reach.choose(nowMs + 60_000, false)).toBe('ahead');
  });

  it('looks at every job again, at once, when claims are not guarded any more', () => {
    reach.guard();
    reach.open();
    expect(reach.choose(nowMs, true)).toBe('all');
  });

  it('looks again after a claim that left lanes out', () => {
    reach.note('all', nowMs, 3, 10, true);
    expect(reach.mustLookAgain).toBe(true);
    reach.note('all', nowMs, 10, 10, true);
    expect(reach.mustLookAgain).toBe(false);
  });
});
