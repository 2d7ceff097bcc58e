import { ScanPolicy, type ClaimEnd } from './scan-policy.js';
import { TestClock } from '../../../../test/support/test-clock.js';

describe('ScanPolicy', () => {
  let clock: TestClock;
  let policy: ScanPolicy;

  beforeEach(() => {
    clock = new TestClock(1_000);
    policy = new ScanPolicy(clock);
  });

  const endOf = (end: Partial<ClaimEnd>): ClaimEnd => ({
    startedMs: clock.nowMs,
    limit: 10,
    claimed: 0,
    text: 0,
    isPartial: false,
    ...end,
  });

  /** A claim of all jobs that takes `tookMs` and finds `found` of ten. */
  function claimAll(tookMs: number, found = 0, text = 0): void {
    const startedMs = clock.nowMs;
    clock.nowMs += tookMs;
    policy.note('all', endOf({ startedMs, claimed: found, text }));
  }

  it('guards claims after three in a row that took longer than their jobs explain', () => {
    for (const tookMs of [21, 21, 19, 21, 21]) claimAll(tookMs);
    expect(policy.guarded).toBe(false);
    claimAll(21);
    expect(policy.guarded).toBe(true);
  });

  it('allows a claim the time that its jobs need', () => {
    for (let claims = 0; claims < 5; claims++) claimAll(21, 10);
    expect(policy.guarded).toBe(false);
  });

  it('allows a claim the time that their payloads need', () => {
    for (let claims = 0; claims < 5; claims++) claimAll(110, 3, 1_048_576);
    expect(policy.guarded).toBe(false);
    for (let claims = 0; claims < 3; claims++) claimAll(130, 3, 1_048_576);
    expect(policy.guarded).toBe(true);
  });

  it('looks at no job before the marks while claims are guarded, even if they find too few', () => {
    policy.guard();
    expect(policy.choose(clock.nowMs, true)).toBe('untouched');
    policy.note('untouched', endOf({}));
    expect(policy.scanWasPartial).toBe(true);
    expect(policy.choose(clock.nowMs, true)).toBe('ahead');
    policy.note('ahead', endOf({}));
    expect(policy.scanWasPartial).toBe(false);
    expect(policy.choose(clock.nowMs + 60_000, false)).toBe('ahead');
  });

  it('looks at every job at once when claims are no longer guarded', () => {
    policy.guard();
    policy.open();
    expect(policy.choose(clock.nowMs, true)).toBe('all');
  });

  describe('while types are paused', () => {
    beforeEach(() => {
      policy.leavesOut = true;
      policy.stepOver();
    });

    function claimStepping(tookMs: number): void {
      const startedMs = clock.nowMs;
      clock.nowMs += tookMs;
      policy.note('ahead', endOf({ startedMs }));
    }

    it('steps over their jobs, from the beginning of each lane', () => {
      expect([policy.guarded, policy.isStepping, policy.mustBegin]).toEqual([true, true, true]);
      expect(policy.choose(clock.nowMs, false)).toBe('ahead');
    });

    it('steps again once claims of all jobs take longer than ten milliseconds', () => {
      policy.open();
      for (const tookMs of [11, 11, 9, 11, 11]) claimAll(tookMs);
      expect(policy.guarded).toBe(false);
      claimAll(11);
      expect([policy.isStepping, policy.mustBegin]).toEqual([true, true]);
    });

    it('steps again at once after a claim that took far too long', () => {
      policy.open();
      claimAll(50);
      expect(policy.isStepping).toBe(false);
      claimAll(51);
      expect(policy.isStepping).toBe(true);
    });

    it('begins in the middle of each lane, as beside dead entries, once steps take long', () => {
      for (const tookMs of [21, 21, 19, 21, 21]) claimStepping(tookMs);
      expect(policy.isStepping).toBe(true);
      claimStepping(21);
      expect([policy.guarded, policy.isStepping, policy.mustBegin]).toEqual([true, false, false]);
    });

    it('changes nothing of claims that are guarded already', () => {
      policy.guard();
      policy.stepOver();
      expect([policy.guarded, policy.isStepping, policy.mustBegin]).toEqual([true, false, false]);
    });
  });

  it('looks again after a claim that left lanes out', () => {
    policy.note('all', endOf({ claimed: 3, isPartial: true }));
    expect(policy.scanWasPartial).toBe(true);
    policy.note('all', endOf({ claimed: 10, isPartial: true }));
    expect(policy.scanWasPartial).toBe(false);
  });
});
