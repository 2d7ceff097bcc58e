import { InsertStream } from './insert-stream.js';
import type { PreparedJob } from '../prepare-job.js';
import { StatementGate } from './statement-gate.js';
import { TestClock } from '../../../../../test/support/test-clock.js';

const LOCKED = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
/** The first pause with the shortest possible jitter. */
const PAUSE_MS = 10;
const job = { id: '1', type: 'it', payload: '{}', uniqueKey: 'k', queue: 'default' } as PreparedJob;

describe('a stream of one key', () => {
  let nowMs: number;
  /** Number of the next clock readings that are half a millisecond early. */
  let early: number;
  let tries: number;
  let answer: Promise<unknown>;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['performance', 'queueMicrotask', 'nextTick'] });
    nowMs = 1_000;
    early = 0;
    tries = 0;
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const clock = new TestClock();
    jest.spyOn(clock, 'steadyMs').mockImplementation(() => (early > 0 ? (early--, nowMs - 0.5) : nowMs));
    const insert = async () => {
      if (++tries === 1) throw LOCKED;
      return [{ id: job.id, type: job.type, duplicate: false }];
    };
    const context = { clock, gate: new StatementGate(5), insert, tooLate: () => new Error('too late') };
    const stream = new InsertStream(context, { fast: false, oneKey: true });
    answer = new Promise((resolve, reject) => stream.add({ job, untilMs: nowMs + 10_000, resolve, reject }));
    answer.catch(() => {});
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it.each([0, 1, 2, 3])(
    'tries again after its rest, if %d readings of the clock are before its end',
    async (readings) => {
      await jest.advanceTimersByTimeAsync(0);
      expect(tries).toBe(1);
      nowMs += PAUSE_MS;
      early = readings;
      await jest.advanceTimersByTimeAsync(PAUSE_MS);
      nowMs += PAUSE_MS;
      await jest.advanceTimersByTimeAsync(PAUSE_MS);
      expect(tries).toBe(2);
      await expect(answer).resolves.toMatchObject({ id: '1' });
    },
  );
});
