import { BatchSize } from './batch-size.js';

describe('BatchSize', () => {
  it('is the largest until a statement was too much', () => {
    const size = new BatchSize(500);
    size.took(20);
    expect(size.rows).toBe(500);
    size.tooMuch(500);
    expect(size.rows).toBe(250);
  });

  it('is half of what was too much, and never less than one', () => {
    const size = new BatchSize(500);
    for (const [rows, next] of [
      [30, 15],
      [400, 15],
      [3, 1],
      [1, 1],
    ] as const) {
      size.tooMuch(rows);
      expect(size.rows).toBe(next);
    }
  });

  it('grows again with statements that are quick, and not with those that are slow', () => {
    const size = new BatchSize(500);
    size.tooMuch(200);
    size.took(3_000);
    expect(size.rows).toBe(100);
    for (const rows of [200, 400, 500, 500]) {
      size.took(50);
      expect(size.rows).toBe(rows);
    }
  });
});
