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

describe('the limit of suspects on probation', () => {
  it.each([
    [100, [30, 6, 1, 1]],
    [1_000, [300, 60, 1, 1]],
    [10, [3, 1, 1, 1]],
    [1, [1, 1, 1, 1]],
  ])('narrows with the crashes: with %d slots', (slots, limits) => {
    expect((['group', 'few', 'alone', 'last'] as const).map((caution) => limitOf(caution, slots))).toEqual(limits);
  });

  it('holds for a shorter time where slots are idle, after one crash only', () => {
    expect([probationMs('group', true), probationMs('group', false)]).toEqual([1_000, 5_000]);
    for (const caution of ['few', 'alone', 'last'] as const) {
      expect(probationMs(caution, true)).toBe(probationMs(caution, false));
      expect(isNarrow(caution)).toBe(true);
    }
  });
});
