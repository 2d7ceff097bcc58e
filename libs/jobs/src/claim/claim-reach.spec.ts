import { ClaimReach, type ClaimEnd } from './claim-reach.js';

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

  const endOf = (end: Partial<ClaimEnd>): ClaimEnd => ({
    startedMs: nowMs,
    limit: 10,
    claimed: 0,
    text: 0,
    isPartial: false,
    ...end,
  });

  /** A claim of all jobs that takes so long and finds so many of ten. */
  function claimAll(tookMs: number, found = 0, text = 0): void {
    const startedMs = nowMs;
    nowMs += tookMs;
    reach.note('all', endOf({ startedMs, claimed: found, text }));
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

  it('allows a claim the time that their payloads need', () => {
    for (let claims = 0; claims < 5; claims++) claimAll(110, 3, 1_048_576);
    expect(reach.guarded).toBe(false);
    for (let claims = 0; claims < 3; claims++) claimAll(130, 3, 1_048_576);
    expect(reach.guarded).toBe(true);
  });

  it('looks at no job before the marks while claims are guarded, however short they come back', () => {
    reach.guard();
    expect(reach.choose(nowMs, true)).toBe('untouched');
    reach.note('untouched', endOf({}));
    expect(reach.mustLookAgain).toBe(true);
    expect(reach.choose(nowMs, true)).toBe('ahead');
    reach.note('ahead', endOf({}));
    expect(reach.mustLookAgain).toBe(false);
    expect(reach.choose(nowMs + 60_000, false)).toBe('ahead');
  });

  it('looks at every job again, at once, when claims are not guarded any more', () => {
    reach.guard();
    reach.open();
    expect(reach.choose(nowMs, true)).toBe('all');
  });

  it('looks again after a claim that left lanes out', () => {
    reach.note('all', endOf({ claimed: 3, isPartial: true }));
    expect(reach.mustLookAgain).toBe(true);
    reach.note('all', endOf({ claimed: 10, isPartial: true }));
    expect(reach.mustLookAgain).toBe(false);
  });
});
