import { DependencyDownError } from '../job/dependency-down.error.js';
import { JobAbortedError, SnoozeJobError } from '../job/job.errors.js';
import { Outages } from '../state/outages.js';
import { DependencyHealth } from './dependency-health.js';
import { TestClock } from '../../../../test/support/test-clock.js';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:25'), { code: 'ECONNREFUSED' });
const isDown = (error: unknown) => error === refused;

describe('DependencyHealth', () => {
  let clock: TestClock;
  let outages: Outages;
  let health: DependencyHealth;
  let calls: number;

  beforeEach(() => {
    clock = new TestClock(1_000_000);
    calls = 0;
    outages = new Outages(clock, () => 0.5);
    health = new DependencyHealth(outages);
  });

  const call = (end: () => unknown, name = 'smtp') =>
    health.call(
      name,
      async () => {
        calls++;
        return end();
      },
      isDown,
    );
  const fail = (error: unknown) => () => {
    throw error;
  };
  const down = async (promise: Promise<unknown>): Promise<DependencyDownError> => {
    const error = await promise.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof DependencyDownError)) throw new Error('Not down', { cause: error });
    return error;
  };

  it('returns what the work returns and throws what it throws', async () => {
    expect(await call(() => 7)).toBe(7);
    await expect(call(fail(new RangeError('no such mailbox')))).rejects.toThrow(RangeError);
    expect(outages.names()).toEqual([]);
  });

  it('opens an outage at an error that says so, and keeps the cause', async () => {
    const error = await down(call(fail(refused)));

    expect(error).toBeInstanceOf(SnoozeJobError);
    expect(error).toMatchObject({ name: 'DependencyDownError', dependency: 'smtp', cause: refused, delayMs: 1_000 });
    expect(outages.names()).toEqual(['smtp']);
  });

  it('turns callers away until the next try is due, then lets one through', async () => {
    await down(call(fail(refused)));

    expect((await down(call(() => 1))).delayMs).toBe(1_500);
    clock.nowMs += 999;
    expect((await down(call(() => 1))).delayMs).toBe(501);
    expect(calls).toBe(1);

    clock.nowMs += 1;
    let release = (): void => {};
    const trying = call(() => new Promise<void>((resolve) => (release = resolve)));
    await down(call(() => 1));
    expect(calls).toBe(2);
    release();
    await trying;
    expect(await call(() => 1)).toBe(1);
  });

  it('tries after 1, 2, 4, … 60 seconds', async () => {
    const pauses: number[] = [];
    for (let round = 0; round < 8; round++) {
      const { delayMs } = await down(call(fail(refused)));
      pauses.push(delayMs);
      clock.nowMs += delayMs;
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('ends the outage when the dependency answers, with an error too', async () => {
    await down(call(fail(refused)));
    clock.nowMs += 1_000;
    await expect(call(fail(new Error('550 no such user')))).rejects.toThrow('550');
    expect(outages.names()).toEqual([]);
  });

  it('does not end the outage by an error of a call from before it', async () => {
    let reject: (error: Error) => void = () => undefined;
    const early = call(() => new Promise((_resolve, rejects) => (reject = rejects)));
    clock.nowMs += 10;
    await down(call(fail(refused)));
    reject(new Error('socket hang up'));
    await expect(early).rejects.toThrow('socket hang up');
    expect(outages.names()).toEqual(['smtp']);
  });

  it.each([
    ['a job that was stopped', new JobAbortedError('timeout', 'took too long')],
    ['an aborted request', new DOMException('aborted', 'AbortError')],
    ['something else that is down', new DependencyDownError('s3')],
  ])('learns nothing from %s', async (_what, error) => {
    await expect(call(fail(error))).rejects.toBe(error);
    expect(outages.names()).toEqual([]);

    await down(call(fail(refused)));
    clock.nowMs += 1_000;
    await expect(call(fail(error))).rejects.toBe(error);
    expect(outages.names()).toEqual(['smtp']);
    clock.nowMs += 1_999;
    await down(call(() => 1));
  });

  it('does not wait for ever for a try that has no ending', async () => {
    await down(call(fail(refused)));
    clock.nowMs += 1_000;
    void call(() => new Promise(() => {}));
    clock.nowMs += 59_999;
    await down(call(() => 1));
    clock.nowMs += 1;
    expect(await call(() => 1)).toBe(1);
  });

  it('keeps dependencies apart', async () => {
    await down(call(fail(refused)));
    expect(await call(() => 1, 's3')).toBe(1);
  });

  it('lets a check that throws close nothing', async () => {
    await down(call(fail(refused)));
    clock.nowMs += 1_000;
    await expect(
      health.call('smtp', fail(new Error('x')) as () => Promise<never>, () => {
        throw new TypeError('the check is broken');
      }),
    ).rejects.toThrow(TypeError);
    expect(outages.names()).toEqual(['smtp']);
  });
});
