import { JobEventBus } from '../state/job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';
import type { HistoryCounts, HistoryStore } from '../store/history.store.js';
import { History } from './history.js';
import { TestClock } from '../../../../test/support/test-clock.js';

const MINUTE_MS = 60_000;

const completed = (type: string): JobEvent => ({
  name: 'completed',
  id: '019a0000-0000-7000-8000-000000000001',
  type,
  queue: 'default',
  payload: {},
  attempt: 1,
  maxAttempts: 5,
  waitMs: 0,
  durationMs: 3,
});

describe('History', () => {
  let clock: TestClock;
  let bus: JobEventBus;
  let written: { counts: HistoryCounts[]; ageMs: number }[];
  let errors: unknown[];
  /** What the database does at each write. */
  let answer: () => void;

  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-05-01T10:00:20Z') });
    // It goes with the timers.
    clock = Object.defineProperty(new TestClock(), 'nowMs', { get: () => jest.now() });
    jest.spyOn(Math, 'random').mockReturnValue(0);
    bus = new JobEventBus();
    written = [];
    errors = [];
    answer = () => {};
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
  const store = {
    add: async (counts: HistoryCounts[], ageMs: number) => {
      answer();
      written.push({ counts, ageMs });
      return clock.epochMs();
    },
  } as unknown as HistoryStore;
  const start = (retentionMs = 1) => {
    const history = new History({
      store,
      bus,
      clock,
      retentionMs,
      onError: (error) => errors.push(error),
    });
    history.start();
    return history;
  };
  const run = (type: string, count = 1) => {
    for (let i = 0; i < count; i++) bus.emit(completed(type));
  };
  const sums = () => {
    const all = new Map<string, number>();
    for (const { type, completed: count } of written.flatMap(({ counts }) => counts))
      if (type !== '') all.set(type, (all.get(type) ?? 0) + count);
    return Object.fromEntries(all);
  };

  it.each([
    ['early', 0, 8_000, 250],
    ['late', 0.99, 11_960, 15_100],
  ])(
    'writes about ten seconds after the first run, and then soon after each minute: %s',
    async (_, random, firstMs, laterMs) => {
      jest.spyOn(Math, 'random').mockReturnValue(random);
      start();
      await pass(5_000);
      run('mail', 3);
      await pass(firstMs - 100);
      expect(written).toEqual([]);
      await pass(200);
      expect(sums()).toEqual({ mail: 3 });
      // Its window began with the process.
      expect(written[0]!.ageMs).toBe((5_000 + firstMs) / 2);

      run('mail', 2);
      await pass(35_000 - firstMs - 100 + laterMs - 100);
      expect(written).toHaveLength(1);
      await pass(200);
      expect(sums()).toEqual({ mail: 5 });
      // The middle of what was left of the minute.
      expect(written[1]!.ageMs).toBe(laterMs + (35_000 - firstMs) / 2);

      run('mail');
      await pass(MINUTE_MS);
      expect(sums()).toEqual({ mail: 6 });
      expect(written).toHaveLength(3);
    },
  );

  it('writes no second time where a minute ends soon after the first run', async () => {
    start();
    await pass(37_000);
    run('mail');
    await pass(3_250);
    expect(sums()).toEqual({ mail: 1 });
    run('mail');
    await pass(59_500);
    expect(written).toHaveLength(1);
    await pass(1_000);
    expect(sums()).toEqual({ mail: 2 });
  });

  it('writes nothing in a minute without runs', async () => {
    start();
    await pass(5 * MINUTE_MS);
    expect(written).toEqual([]);
  });

  it('tries again what could not be written, in its own minute', async () => {
    start();
    answer = () => {
      throw new Error('connect ECONNREFUSED');
    };
    run('mail', 2);
    await pass(MINUTE_MS);
    run('report');
    await pass(MINUTE_MS);
    expect(written).toEqual([]);
    expect(errors.length).toBeGreaterThanOrEqual(2);

    answer = () => {};
    await pass(MINUTE_MS);
    expect(sums()).toEqual({ mail: 2, report: 1 });
    const [mail, report] = written;
    expect(mail!.ageMs - report!.ageMs).toBe(66_000);
  });

  it('writes 5,000 types in several statements, and after a failure only the rest', async () => {
    const history = start();
    for (let i = 0; i < 5_000; i++) run(`type_${i}`);
    let calls = 0;
    answer = () => {
      if (++calls === 4) throw new Error('statement timeout');
    };
    await history.flush();
    expect(errors).toHaveLength(1);
    run('type_0');
    await history.flush();

    for (const { counts } of written) expect(counts.length).toBeLessThanOrEqual(500);
    expect(Object.keys(sums())).toHaveLength(5_000);
    expect(sums()).toMatchObject({ type_0: 2, type_1: 1, type_4999: 1 });
  });

  it('writes what is left when it stops, even while a write is under way', async () => {
    const history = start();
    run('mail');
    void history.flush();
    run('mail');
    await history.stop();
    expect(sums()).toEqual({ mail: 2 });
    run('mail');
    await pass(5 * MINUTE_MS);
    expect(sums()).toEqual({ mail: 2 });
  });

  it('writes nothing after it has stopped, even of the first run', async () => {
    await start().stop();
    run('mail');
    await pass(2 * MINUTE_MS);
    expect(written).toEqual([]);
  });

  it('records nothing with a retention of 0', async () => {
    const history = start(0);
    run('mail');
    await pass(2 * MINUTE_MS);
    await history.stop();
    expect(written).toEqual([]);
    expect(await history.keep()).toBe(0);
  });
});
