import { hashOf, placeAmong, type Peer } from './wake-order.js';
import { WakeTurns } from './wake-turns.js';
import { systemClock } from '../../support/time/clock.js';

const OWN = 'own';
const OTHERS = ['other-1', 'other-2', 'other-3'];
const peer = (id: string): Peer => ({ id, hash: hashOf(id) });
/** What a look finds: a job that others left behind, or one that has just come. */
const LEFT = [{ row: { wait_ms: 25 } }];
const NEW = [{ row: { wait_ms: 1 } }];
const TOKENS = Array.from({ length: 1_000 }, (_, token) => token);

describe('the turns of a worker among four', () => {
  let peers: Peer[];
  let slots: number;
  let looks: string[];
  let turns: WakeTurns;

  beforeEach(() => {
    jest.useFakeTimers();
    peers = [OWN, ...OTHERS].map(peer);
    slots = 10;
    looks = [];
    turns = newTurns(5_000);
  });

  afterEach(() => {
    turns.stop();
    jest.useRealTimers();
  });

  function newTurns(pollIntervalMs: number): WakeTurns {
    const loop = { wake: () => void looks.push('claim'), check: () => void looks.push('ask') };
    const fleet = {
      of: () => peers,
      get alike() {
        return peers;
      },
    };
    return new WakeTurns({
      clock: systemClock,
      fleet,
      queues: ['mail'],
      pollIntervalMs,
      worker: () => ({ id: OWN, concurrency: slots, loop }),
    });
  }

  /** A token that puts this many workers before this one. */
  const tokenOf = (rank: number) =>
    TOKENS.find((token) => placeAmong(peers, hashOf(OWN), token, new Set()).rank === rank)!;
  const hear = (rank: number, { jobs = 1, inMs = 0, queues = ['mail'] } = {}) =>
    turns.hear(queues, { jobs, inMs, token: tokenOf(rank) });
  /** Sets the clock so that this worker is first, or not, for a job due in one second. */
  const setClock = (first: boolean) => {
    const token = TOKENS.find((one) => (placeAmong(peers, hashOf(OWN), one, new Set()).rank === 0) === first)!;
    jest.setSystemTime(token * 10_000 + 1_000);
  };

  it('claims at once if it is first in the order, or if its own process added the job', () => {
    hear(0);
    turns.hear(['mail'], { jobs: 1, inMs: 0, token: null });
    expect(looks).toEqual(['claim', 'claim']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('asks what is due within 5 ms as the second of four workers, and within 10 ms as the last', () => {
    hear(1);
    jest.advanceTimersByTime(2);
    expect(looks).toEqual([]);
    jest.advanceTimersByTime(4);
    expect(looks).toEqual(['ask']);
    hear(3);
    jest.advanceTimersByTime(7);
    expect(looks).toEqual(['ask']);
    jest.advanceTimersByTime(4);
    expect(looks).toEqual(['ask', 'ask']);
  });

  it('claims at once if the jobs need this many workers', () => {
    slots = 1;
    hear(2, { jobs: 2 });
    expect(looks).toEqual([]);
    hear(2, { jobs: 3 });
    expect(looks).toEqual(['claim']);
    slots = 10;
    hear(3, { jobs: 20 });
    expect(looks).toEqual(['claim', 'claim']);
  });

  it('claims at once on a message of an older version, which has no number of jobs', () => {
    turns.hear(['mail'], { jobs: Infinity, inMs: 0, token: 0 });
    expect(looks).toEqual(['claim']);
  });

  it('claims at once while it knows of no other worker', () => {
    peers = [];
    turns.hear(['mail'], { jobs: 1, inMs: 0, token: 5 });
    expect(looks).toEqual(['claim']);
  });

  it('acts only on messages about its own queues, or about all queues', () => {
    hear(0, { queues: ['sms'] });
    hear(0, { queues: [] });
    expect(looks).toEqual([]);
    hear(0, { queues: ['*'] });
    hear(0, { queues: ['sms', 'mail'] });
    expect(looks).toEqual(['claim', 'claim']);
  });

  it.each([4, 30])(
    'looks in vain after others twice, then so rarely that a fleet of %d does so 15 times a second',
    (size) => {
      peers = [...peers, ...Array.from({ length: size - 4 }, (_, i) => peer(`more-${i}`))];
      for (let i = 0; i < 1_000; i++) {
        hear(2);
        jest.advanceTimersByTime(20);
        turns.looked([]);
      }
      const perSecond = ((looks.length - 2) / 20) * size;
      expect(perSecond).toBeGreaterThan(15 * 0.6);
      expect(perSecond).toBeLessThan(15 * 1.4);
    },
  );

  it('looks after others without limit while it finds jobs that they left', () => {
    for (let i = 0; i < 20; i++) {
      peers = [OWN, `newcomer-${i}`].map(peer);
      hear(1);
      jest.advanceTimersByTime(5);
      expect(looks).toHaveLength(i + 1);
      turns.looked(LEFT);
    }
  });

  it('skips a worker that missed its turn, until a claim in its place finds nothing', () => {
    hear(1);
    jest.advanceTimersByTime(10);
    turns.looked(LEFT);
    hear(1);
    expect(looks).toEqual(['ask', 'claim']);
    turns.looked(LEFT);
    hear(1);
    expect(looks).toEqual(['ask', 'claim', 'claim']);
    turns.looked([]);
    hear(1);
    expect(looks).toEqual(['ask', 'claim', 'claim']);
  });

  it('trusts a worker again ten seconds after it missed its turn', () => {
    hear(1);
    jest.advanceTimersByTime(10);
    turns.looked(LEFT);
    jest.advanceTimersByTime(10_001);
    hear(1);
    expect(looks).toEqual(['ask']);
  });

  it('does not blame other workers for a job that has just come', () => {
    hear(1);
    jest.advanceTimersByTime(10);
    turns.looked(NEW);
    hear(1);
    expect(looks).toEqual(['ask']);
  });

  it('does not trust a worker again because a look after several workers found nothing', () => {
    hear(1);
    jest.advanceTimersByTime(10);
    turns.looked(LEFT);
    hear(3);
    jest.advanceTimersByTime(20);
    turns.looked([]);
    hear(1);
    expect(looks).toEqual(['ask', 'ask', 'claim']);
  });

  it('draws no conclusion from a delayed look', () => {
    hear(1);
    jest.advanceTimersByTime(10);
    jest.advanceTimersByTime(101);
    turns.looked(LEFT);
    hear(1);
    expect(looks).toEqual(['ask']);
  });

  it('keeps only the earlier of two planned looks', () => {
    hear(3);
    jest.advanceTimersByTime(1);
    hear(1);
    hear(3);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(10);
    expect(looks).toEqual(['ask']);
    expect(jest.getTimerCount()).toBe(0);
  });

  describe('for a job that falls due in a second', () => {
    it('asks for the exact time if it is first in the order, and looks then', () => {
      setClock(true);
      hear(0, { inMs: 1_000 });
      expect(looks).toEqual(['ask']);
      expect(turns.planned(1_000)).toBe(1_000);
      expect(jest.getTimerCount()).toBe(0);
    });

    it('leaves it to the first worker, and asks afterwards whether that one took it', () => {
      setClock(false);
      hear(0, { inMs: 1_000 });
      expect(turns.planned(1_000)).toBe(Infinity);
      jest.advanceTimersByTime(1_000);
      expect(looks).toEqual([]);
      jest.advanceTimersByTime(30);
      expect(looks).toEqual(['ask']);
    });

    it('looks on time if it has put the job back itself, or its own process added it', () => {
      setClock(false);
      turns.addedHere(1_000);
      expect(looks).toEqual(['ask']);
      expect(turns.planned(1_000)).toBe(1_000);
      expect(turns.planned(2_000)).toBe(Infinity);
      turns.hear(['mail'], { jobs: 1, inMs: 2_000, token: null });
      expect(turns.planned(2_000)).toBe(2_000);
    });

    it('looks for a job that it put back, even if others look for an earlier one', () => {
      setClock(false);
      turns.addedHere(2_000);
      const inMs = turns.planned(1_000);
      expect(inMs).toBeGreaterThan(1_800);
      expect(inMs).toBeLessThanOrEqual(2_000);
    });

    it('does nothing if its own poll comes first', () => {
      setClock(true);
      turns = newTurns(1_000);
      hear(0, { inMs: 1_000 });
      turns.hear(['mail'], { jobs: 1, inMs: 1_000, token: null });
      expect(looks).toEqual([]);
      expect([turns.planned(1_000), turns.planned(Infinity)]).toEqual([1_000, Infinity]);
      expect(jest.getTimerCount()).toBe(0);
    });

    it('does not delay a look for a due job', () => {
      setClock(false);
      expect([turns.planned(0), turns.planned(-5)]).toEqual([0, -5]);
    });
  });
});
