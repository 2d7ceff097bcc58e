import { ServerClock } from './server-clock.js';

const SERVER = Date.UTC(2026, 4, 1);

describe('ServerClock', () => {
  let nowMs: number;
  let clock: ServerClock;

  beforeEach(() => {
    nowMs = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    clock = new ServerClock();
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** An answer with the time at which the server got the question, half-way. */
  function ask(tookMs: number, server = SERVER): boolean {
    const askedMs = nowMs;
    nowMs += tookMs;
    return clock.set(server, askedMs);
  }

  it('knows nothing before the first answer', () => {
    expect(clock.nowMs).toBeNull();
  });

  it('goes on from the last answer, and is never ahead', () => {
    ask(20);
    expect(clock.nowMs).toBe(SERVER);
    nowMs += 500;
    expect(clock.nowMs).toBe(SERVER + 500);
  });

  it('keeps the best of its answers: a slow one makes it no worse', () => {
    ask(2);
    ask(14_000, SERVER + 5);
    expect(clock.nowMs).toBe(SERVER + 14_000);
  });

  it('follows a clock that is set forward, and tells of one that is set back', () => {
    ask(2);
    expect(ask(2, SERVER + 3_600_000)).toBe(false);
    expect(clock.nowMs).toBe(SERVER + 3_600_000);
    expect(ask(2, SERVER)).toBe(true);
    expect(clock.nowMs).toBeLessThanOrEqual(SERVER + 2);
  });
});
