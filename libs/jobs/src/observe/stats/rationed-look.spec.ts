import { RationedLook } from './rationed-look.js';
import { TestClock } from '../../../../../test/support/test-clock.js';

const SECOND = 1_000;

describe('RationedLook', () => {
  let clock: TestClock;
  let looks: { answer: (value: string) => void; fail: (error: Error) => void }[];
  let rationed: RationedLook<string>;

  beforeEach(() => {
    clock = new TestClock(0);
    looks = [];
    rationed = new RationedLook(clock);
  });

  const look = () => new Promise<string>((answer, fail) => looks.push({ answer, fail }));
  const get = (waitMs = 20) => rationed.get(look, waitMs);

  it('lets nobody wait for longer than given, and has no answer until there is one', async () => {
    expect(await get()).toBeNull();
    looks[0]!.answer('first');
    expect(await get()).toBe('first');
    expect(looks).toHaveLength(1);
  });

  it('may take a twentieth of the time, and gives the latest answer meanwhile', async () => {
    const first = get();
    clock.nowMs = 5 * SECOND;
    looks[0]!.answer('first');
    await first;
    clock.nowMs = 99 * SECOND;
    expect(await get()).toBe('first');
    expect(looks).toHaveLength(1);
    clock.nowMs = 100 * SECOND;
    expect(await get()).toBe('first');
    expect(looks).toHaveLength(2);
    looks[1]!.answer('second');
    expect(await get()).toBe('second');
  });

  it('fails those who wait as the look does, and looks again', async () => {
    const failing = get();
    looks[0]!.fail(new Error('no database'));
    await expect(failing).rejects.toThrow('no database');
    const next = get();
    looks[1]!.answer('there');
    expect(await next).toBe('there');
  });
});
