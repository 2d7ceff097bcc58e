import { agoMs, isTime, shiftMs } from './times';

describe('times of a search and of a form', () => {
  it('are spans with a unit', () => {
    expect(['30s', '10m', '2h', '7d'].map(agoMs)).toEqual([30_000, 600_000, 7_200_000, 604_800_000]);
    expect(['', '2', 'h', '2 h', '-2h', '1.5h', '2w'].map(agoMs)).toEqual(Array(7).fill(null));
  });

  it('are later, or earlier with a minus', () => {
    expect(['2h', '+2h', '-30m', ' 1d '].map(shiftMs)).toEqual([7_200_000, 7_200_000, -1_800_000, 86_400_000]);
    expect(['', '-', '--2h', '-2', 'later', '2h ago'].map(shiftMs)).toEqual(Array(6).fill(null));
  });

  it('are dates of a calendar', () => {
    expect(['2h', '2026-01-31', '2026-01-31T09:00', '2026-13-01', 'yesterday'].map(isTime)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
