import { Logger } from '@nestjs/common';
import { TestClock } from '../../../../test/support/test-clock.js';
import { claimedRow } from '../../../../test/support/claimed-row.js';
import { lanesOf } from '../store/lane.js';
import type { BehindRequest } from '../store/sql/claim/claim-params.js';
import type { ClaimedRun } from '../store/stages/claim.store.js';
import { GivenClaims } from './given-claims.js';
import { SiftedClaims } from './sifted-claims.js';

const REFUSAL = Object.assign(new Error('not this one'), { code: 'P0001', routine: 'exec_stmt_raise' });
const LANES = lanesOf(['a', 'b']);

describe('SiftedClaims', () => {
  let clock: TestClock;
  let due: string[];
  let bad: Set<string>;
  let locked: Set<string>;
  let failure: Error;
  let asked: BehindRequest[];
  let statements: number;
  let ends: number;
  let sifted: SiftedClaims;

  beforeEach(() => {
    Logger.overrideLogger(false);
    clock = new TestClock();
    due = [];
    bad = new Set();
    locked = new Set();
    failure = REFUSAL;
    asked = [];
    statements = ends = 0;
    const claims = {
      findBehind: (request: BehindRequest) => {
        asked.push(request);
        const found = due.slice(0, request.limit).map((id) => ({ id, run: 0, queue: 'a', priority: 5, time: '' }));
        return Promise.resolve({ now_ms: 0, found });
      },
      claimGiven: ({ jobs }: { jobs: readonly ClaimedRun[] }) => {
        statements++;
        if (jobs.some(({ id }) => bad.has(id))) return Promise.reject(failure);
        const got = jobs.filter(({ id }) => !locked.has(id));
        due = due.filter((id) => !got.some((job) => job.id === id));
        return Promise.resolve(got.map(({ id }) => claimedRow({ id })));
      },
    };
    sifted = new SiftedClaims({ claims, clock, given: new GivenClaims({ claims, clock, workerId: 'w' }), shards: 1 });
  });

  const claim = async (limit: number) =>
    (
      await sifted.claim({
        lanes: LANES,
        limit,
        leftOut: null,
        startsOf: (_, lanes) => lanes.map(() => ({ time: '-infinity', id: '' })),
        onEnd: () => ends++,
      })
    ).map(({ id }) => id);
  const named = (count: number) => Array.from({ length: count }, (_, n) => `${n}`);

  it('claims all but those that the database refuses, with few statements', async () => {
    due = named(64);
    bad = new Set(['7', '40']);
    expect((await claim(64)).sort()).toEqual(
      named(64)
        .filter((id) => !bad.has(id))
        .sort(),
    );
    expect(statements).toBeLessThan(30);
  });

  it('leaves refused jobs alone until their time, and looks behind them', async () => {
    due = named(4);
    bad = new Set(['0', '1']);
    expect(await claim(2)).toEqual([]);
    statements = 0;
    expect(await claim(2)).toEqual(['2', '3']);
    expect(statements).toBe(1);
    expect(sifted.isNeeded).toBe(true);
    bad.clear();
    clock.nowMs += 1_000;
    expect(await claim(2)).toEqual(['0', '1']);
    expect(sifted.isNeeded).toBe(false);
  });

  it('looks behind jobs whose claim has no effect', async () => {
    due = named(4);
    locked = new Set(['0', '1']);
    expect(await claim(2)).toEqual([]);
    expect(await claim(2)).toEqual(['2', '3']);
  });

  it('tells when nothing is left that it has not tried', async () => {
    due = named(3);
    bad = new Set(['2']);
    await claim(2);
    expect(ends).toBe(0);
    await claim(2);
    expect(ends).toBe(1);
  });

  it('throws if the database refuses several jobs and accepts none, and tries others the next time', async () => {
    due = named(20);
    bad = new Set(named(10));
    await expect(claim(10)).rejects.toBe(REFUSAL);
    expect(await claim(4)).toEqual(['10', '11']);
  });

  it('throws what concerns more than a row', async () => {
    due = named(4);
    bad = new Set(['0']);
    failure = Object.assign(new Error('the server stops'), { code: '57P01' });
    await expect(claim(4)).rejects.toBe(failure);
    expect(statements).toBe(1);
  });

  it('gives each queue its turn within a priority', async () => {
    await claim(1);
    await claim(1);
    const firstOf = ({ lanes }: BehindRequest) => lanes.find(({ lane }) => lane.priority === 5)!.lane.queue;
    expect(new Set(asked.map(firstOf)).size).toBe(2);
    for (const { lanes } of asked)
      expect(lanes.map(({ lane }) => lane.priority)).toEqual(LANES.map(({ priority }) => priority));
  });

  it('is needed after three claims that found nothing although a job was due', () => {
    const needed = [0, -1, 5].map((dueMs) => (sifted.noteNextDue(dueMs), sifted.isNeeded));
    expect(needed).toEqual([false, false, false]);
    for (let n = 0; n < 3; n++) sifted.noteNextDue(-1);
    expect(sifted.isNeeded).toBe(true);
    sifted.noteClaimed(1);
    expect(sifted.isNeeded).toBe(false);
  });
});
