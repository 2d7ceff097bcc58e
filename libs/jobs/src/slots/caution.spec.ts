import { cautionOf, isNarrow, limitOf, probationMs } from './caution.js';

describe('cautionOf()', () => {
  it.each([
    [1, 2, 5, 'group'],
    [2, 3, 5, 'few'],
    [3, 4, 5, 'alone'],
    [4, 5, 5, 'last'],
    [1, 2, 2, 'last'],
  ] as const)('after %d crashes, at attempt %d of %d, is %s', (crashes, attempts, max_attempts, caution) => {
    expect(cautionOf({ crashes, attempts, max_attempts })).toBe(caution);
  });
});

describe('limitOf() and probationMs()', () => {
  it.each([
    [100, [30, 6, 1, 1]],
    [1_000, [300, 60, 1, 1]],
    [10, [3, 1, 1, 1]],
    [1, [1, 1, 1, 1]],
  ])('allow fewer suspects at once after more crashes, with %d slots', (slots, limits) => {
    expect((['group', 'few', 'alone', 'last'] as const).map((caution) => limitOf(caution, slots))).toEqual(limits);
  });

  it('shorten the probation where slots are idle, but only after one crash', () => {
    expect([probationMs('group', true), probationMs('group', false)]).toEqual([1_000, 5_000]);
    for (const caution of ['few', 'alone', 'last'] as const) {
      expect(probationMs(caution, true)).toBe(probationMs(caution, false));
      expect(isNarrow(caution)).toBe(true);
    }
  });
});
