import { PatientExecutor } from './patient-executor.js';
import { readDueIndex } from '../sql/claim/due-index.sql.js';
import { readLostClaims } from '../sql/claim/read-lost-claims.sql.js';
import type { Executor, Statement } from '../statement.js';
import { TestClock } from '../../../../../test/support/test-clock.js';

const BROKEN_OFF = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
const AWAY = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('PatientExecutor', () => {
  let clock: TestClock;
  let dead: number;
  let asked: number;
  let error: Error | null;
  let ranOn: string[];
  let executor: PatientExecutor;

  beforeEach(() => {
    clock = new TestClock(0);
    [dead, asked, error, ranOn] = [0, 0, null, []];
    executor = new PatientExecutor(line('usual'), line('patient'), clock);
  });

  function line(name: string): Executor {
    return {
      run: async <P extends readonly unknown[], R>(statement: Statement<P, R>): Promise<R[]> => {
        if (statement.name === readDueIndex.name) {
          asked++;
          return [{ dead } as R];
        }
        ranOn.push(name);
        if (error && name === 'usual') throw error;
        return [];
      },
    };
  }

  const run = () => executor.run(readLostClaims, [0, 'worker']);

  it('runs statements where the others do while few rows are dead, and asks every ten seconds', async () => {
    for (clock.nowMs = 0; clock.nowMs < 20_000; clock.nowMs += 1_000) await run();
    expect(new Set(ranOn)).toEqual(new Set(['usual']));
    expect(asked).toBe(2);
  });

  it('runs them on the patient connection while many rows are dead', async () => {
    dead = 2_000_000;
    await run();
    [dead, clock.nowMs] = [0, 10_000];
    await run();
    expect(ranOn).toEqual(['patient', 'usual']);
  });

  it('runs one again that was broken off, and then gives all of them time for a while', async () => {
    error = BROKEN_OFF;
    await run();
    [error, clock.nowMs] = [null, 599_999];
    await run();
    clock.nowMs = 600_000;
    await run();
    expect(ranOn).toEqual(['usual', 'patient', 'patient', 'usual']);
  });

  it('fails as they do for any other reason', async () => {
    error = AWAY;
    await expect(run()).rejects.toBe(AWAY);
    expect(ranOn).toEqual(['usual']);
  });
});
