import { ServerClock } from './server-clock.js';
import { TestClock } from '../../../../test/support/test-clock.js';

const SERVER = Date.UTC(2026, 4, 1);

describe('ServerClock', () => {
  let own: TestClock;
  let clock: ServerClock;

  beforeEach(() => {
    own = new TestClock(1_000);
    clock = new ServerClock(own);
  });

  /** A reply of the server that took `tookMs`. */
  function ask(tookMs: number, server = SERVER): boolean {
    const askedMs = own.nowMs;
    own.nowMs += tookMs;
    return clock.set(server, askedMs);
  }

  it('knows nothing before the first reply', () => {
    expect(clock.nowMs).toBeNull();
  });

  it('continues from the last reply, and is never ahead', () => {
    ask(20);
    expect(clock.nowMs).toBe(SERVER);
    own.nowMs += 500;
    expect(clock.nowMs).toBe(SERVER + 500);
  });

  it('keeps the best reply: a slow one does not make it worse', () => {
    ask(2);
    ask(14_000, SERVER + 5);
    expect(clock.nowMs).toBe(SERVER + 14_000);
  });

  it('follows a clock that is set forward, and reports one that is set back', () => {
    ask(2);
    expect(ask(2, SERVER + 3_600_000)).toBe(false);
    expect(clock.nowMs).toBe(SERVER + 3_600_000);
    expect(ask(2, SERVER)).toBe(true);
    expect(clock.nowMs).toBeLessThanOrEqual(SERVER + 2);
  });
});
