import { Sleeper } from './sleeper.js';

describe('Sleeper', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  /** Whether a sleep has ended, after everything that was going to happen by now has happened. */
  function watch(sleep: Promise<void>) {
    let ended = false;
    void sleep.then(() => (ended = true));
    return async () => {
      await Promise.resolve();
      return ended;
    };
  }

  it('sleeps for the time given', async () => {
    const ended = watch(new Sleeper().sleep(500));
    jest.advanceTimersByTime(499);
    expect(await ended()).toBe(false);
    jest.advanceTimersByTime(1);
    expect(await ended()).toBe(true);
  });

  it('does not sleep for no time', async () => {
    expect(await watch(new Sleeper().sleep(0))()).toBe(true);
    expect(await watch(new Sleeper().sleep(-5))()).toBe(true);
  });

  it('wakes at once when it is woken, and leaves no timer behind', async () => {
    const sleeper = new Sleeper();
    const ended = watch(sleeper.sleep(5_000));
    sleeper.wake();
    expect(await ended()).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('remembers one wake-up that comes while nobody sleeps, and only one', async () => {
    const sleeper = new Sleeper();
    sleeper.wake();
    sleeper.wake();
    expect(await watch(sleeper.sleep(5_000))()).toBe(true);
    expect(await watch(sleeper.sleep(5_000))()).toBe(false);
  });

  it('does not carry the wake-up that ended a sleep over to the next', async () => {
    const sleeper = new Sleeper();
    const first = sleeper.sleep(5_000);
    sleeper.wake();
    await first;
    expect(await watch(sleeper.sleep(5_000))()).toBe(false);
  });

  it('can be woken again in a later sleep', async () => {
    const sleeper = new Sleeper();
    const first = sleeper.sleep(100);
    jest.advanceTimersByTime(100);
    await first;
    const ended = watch(sleeper.sleep(5_000));
    expect(await ended()).toBe(false);
    sleeper.wake();
    expect(await ended()).toBe(true);
  });
});
