import { claimedRow } from '../../../../test/support/claimed-row.js';
import type { ClaimStore } from '../store/stages/claim.store.js';
import { Claimer } from './claimer.js';
import { PausedTypes } from './paused-types.js';
import { TestClock } from '../../../../test/support/test-clock.js';

const DEFAULT = ['default'];
const NONE: string[] = [];

describe('Claimer', () => {
  let clock: TestClock;
  /** How long a claim without marks takes. */
  let unmarkedMs: number;
  /** How many jobs a claim of each kind finds. */
  let found: Record<string, number>;
  let claimer: Claimer;
  let kinds: string[];
  let paused: boolean;

  beforeEach(() => {
    clock = new TestClock(1_000);
    unmarkedMs = 0;
    found = { unmarked: 1, marked: 1, untouched: 1 };
    kinds = [];
    paused = false;
    const rowsOf = (kind: string) => {
      kinds.push(kind);
      return Array.from({ length: found[kind]! }, () => claimedRow({ scheduled_at: '2026-05-01 10:00:00+00' }));
    };
    const store: Pick<ClaimStore, 'claim' | 'claimAhead'> = {
      claim: async () => {
        clock.nowMs += unmarkedMs;
        return rowsOf('unmarked');
      },
      claimAhead: async ({ marks, untouchedOnly }) => {
        expect(marks.some(({ time }) => time.includes('2026'))).toBe(true);
        return rowsOf(untouchedOnly ? 'untouched' : 'marked');
      },
    };
    claimer = new Claimer({
      clock,
      claims: store as ClaimStore,
      options: { shards: 1 },
      searches: {} as ClaimStore,
      workerId: 'worker',
      queues: {
        get names() {
          return paused ? NONE : DEFAULT;
        },
      },
      types: new PausedTypes(),
      weightOf: () => 1,
      load: { heldLanes: null },
      wake: () => {},
      watch: { failed: () => {} },
    });
  });

  async function claimAfter(ms: number): Promise<string> {
    clock.nowMs += ms;
    kinds = [];
    await claimer.claim(1);
    return kinds.join(', ');
  }

  it('looks at all jobs once a second, else at untouched ones after its marks, while claims come back full', async () => {
    expect(await claimAfter(0)).toBe('unmarked');
    expect(await claimAfter(999)).toBe('untouched');
    expect(await claimAfter(1)).toBe('unmarked');
  });

  it('spends at most a twentieth of the time on claims of all jobs', async () => {
    unmarkedMs = 200;
    expect(await claimAfter(0)).toBe('unmarked');
    expect(await claimAfter(3_799)).toBe('untouched');
    expect(await claimAfter(1)).toBe('unmarked');
  });

  it('looks at all jobs after a claim from the marks that found too few', async () => {
    await claimAfter(0);
    found = { unmarked: 0, marked: 0, untouched: 0 };
    expect(await claimAfter(1)).toBe('untouched');
    expect(claimer.scanWasPartial).toBe(true);
    expect(await claimAfter(1)).toBe('unmarked');
    expect(claimer.scanWasPartial).toBe(false);
    expect(await claimAfter(1)).toBe('unmarked');
  });

  it('returns what a claim from the marks found before it looks at all jobs', async () => {
    await claimer.claim(1);
    found = { unmarked: 2, marked: 1, untouched: 1 };
    expect(await claimer.claim(3)).toHaveLength(1);
    expect(await claimer.claim(2)).toHaveLength(2);
    expect(kinds).toEqual(['unmarked', 'untouched', 'unmarked']);
  });

  it('claims nothing while all queues are paused', async () => {
    paused = true;
    expect(await claimAfter(0)).toBe('');
    expect(claimer.scanWasPartial).toBe(false);
  });

  it('claims nothing more where queues are paused after a claim that found too few', async () => {
    await claimAfter(0);
    found.untouched = 0;
    expect(await claimAfter(1)).toBe('untouched');
    paused = true;
    expect(await claimAfter(1)).toBe('');
    expect(claimer.scanWasPartial).toBe(false);
  });

  it('also claims jobs that open transactions touched, for ten seconds, if untouched ones were too few', async () => {
    await claimAfter(0);
    found.untouched = 0;
    expect(await claimAfter(1)).toBe('untouched');
    expect(await claimAfter(1)).toBe('unmarked');
    expect(await claimAfter(1)).toBe('marked');
    for (let seconds = 1; seconds < 10; seconds++) await claimAfter(1_000);
    expect(await claimAfter(997)).toBe('marked');
    expect(await claimAfter(1)).toBe('untouched');
  });
});
