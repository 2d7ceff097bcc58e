import { JobEventBus } from '../state/job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';
import type { HistoryCounts, HistoryStore } from '../store/history.store.js';
import { History } from './history.js';
import { systemClock } from '../support/time/clock.js';

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
  let bus: JobEventBus;
  let written: { counts: HistoryCounts[]; ageMs: number }[];
  let errors: unknown[];
  /** What the database does at each write. */
  let answer: () => void;

  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-05-01T10:00:20Z') });
    bus = new JobEventBus();
    written = [];
    errors = [];
    answer = () => {};
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const store = {
    add: async (counts: HistoryCounts[], ageMs: number) => {
      answer();
      written.push({ counts, ageMs });
      return Date.now();
    },
  } as unknown as HistoryStore;
  const start = (retentionMs = 1) => {
    const history = new History({
      store,
      bus,
      clock: systemClock,
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

  it('writes soon after each minute of the server, and says how long ago the middle of the window was', async () => {
    start();
    run('mail', 3);
    await jest.advanceTimersByTimeAsync(39_000);
    expect(written).toEqual([]);

    await jest.advanceTimersByTimeAsync(1_000 + 15_300);
    expect(sums()).toEqual({ mail: 3 });
    expect(written[0]!.ageMs).toBeGreaterThanOrEqual(20_000);
    expect(written[0]!.ageMs).toBeLessThanOrEqual(20_000 + 15_300);

    run('mail');
    await jest.advanceTimersByTimeAsync(MINUTE_MS);
    expect(sums()).toEqual({ mail: 4 });
    expect(written).toHaveLength(2);
  });

  it('writes nothing in a minute without runs', async () => {
    start();
    await jest.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(written).toEqual([]);
  });

  it('tries again what could not be written, in its own minute', async () => {
    start();
    answer = () => {
      throw new Error('connect ECONNREFUSED');
    };
    run('mail', 2);
    await jest.advanceTimersByTimeAsync(MINUTE_MS);
    run('report');
    await jest.advanceTimersByTimeAsync(MINUTE_MS);
    expect(written).toEqual([]);
    expect(errors.length).toBeGreaterThanOrEqual(2);

    answer = () => {};
    await jest.advanceTimersByTimeAsync(MINUTE_MS);
    expect(sums()).toEqual({ mail: 2, report: 1 });
    const [mail, report] = written;
    expect(mail!.ageMs - report!.ageMs).toBeCloseTo(50_000, -3);
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
    await jest.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(sums()).toEqual({ mail: 2 });
  });

  it('records nothing with a retention of 0', async () => {
    const history = start(0);
    run('mail');
    await jest.advanceTimersByTimeAsync(2 * MINUTE_MS);
    await history.stop();
    expect(written).toEqual([]);
    expect(await history.keep()).toBe(0);
  });
});
