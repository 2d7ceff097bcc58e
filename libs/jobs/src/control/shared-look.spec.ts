import { SharedLook } from './shared-look.js';
import { TestClock } from '../../../../test/support/test-clock.js';

describe('SharedLook', () => {
  let clock: TestClock;
  let looks: { answer: (value: string) => void; fail: (error: Error) => void }[];
  let shared: SharedLook<string>;

  beforeEach(() => {
    clock = new TestClock(0);
    looks = [];
    shared = new SharedLook(clock, () => new Promise((answer, fail) => looks.push({ answer, fail })));
  });

  it('looks once for all who ask during the look and within two seconds of its end', async () => {
    const first = shared.get();
    clock.nowMs = 5_000;
    const second = shared.get();
    looks[0]!.answer('first');
    expect(await Promise.all([first, second])).toEqual(['first', 'first']);
    clock.nowMs = 6_999;
    expect(await shared.get()).toBe('first');
    clock.nowMs = 7_000;
    void shared.get();
    expect(looks).toHaveLength(2);
  });

  it('keeps no error', async () => {
    const failing = shared.get();
    looks[0]!.fail(new Error('no database'));
    await expect(failing).rejects.toThrow('no database');
    const next = shared.get();
    looks[1]!.answer('there');
    expect(await next).toBe('there');
  });

  it('does not keep what was read before something changed', async () => {
    const before = shared.get();
    shared.forget();
    const after = shared.get();
    looks[0]!.answer('old');
    looks[1]!.answer('new');
    expect(await Promise.all([before, after])).toEqual(['old', 'new']);
    expect(await shared.get()).toBe('new');
  });
});
