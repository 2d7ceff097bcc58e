import { retryPauseMs } from './retry-pause.js';

const LIMITS = { minMs: 100, maxMs: 5_000 };

describe('retryPauseMs', () => {
  it('doubles with each try up to its limit, and never overflows', () => {
    const longest = [0, 1, 2, 5, 6, 5_000].map((tries) => retryPauseMs(tries, LIMITS, () => 1));
    expect(longest).toEqual([100, 200, 400, 3_200, 5_000, 5_000]);
  });

  it('lies between half and the whole of that by chance, so never is it nothing', () => {
    expect(retryPauseMs(0, LIMITS, () => 0)).toBe(50);
    expect(retryPauseMs(9, LIMITS, () => 0)).toBe(2_500);
  });
});
