import { BoundedLabels } from './bounded-labels.js';

describe('BoundedLabels', () => {
  it('keeps the first values and calls all later ones other', () => {
    const labels = new BoundedLabels(2);

    expect(['a', 'b', 'c', 'a', 'd'].map((value) => labels.label(value))).toEqual(['a', 'b', 'other', 'a', 'other']);
  });

  it('adds up what shares a label', () => {
    const labels = new BoundedLabels(1);

    const combined = labels.combine([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);

    expect([...combined]).toEqual([
      ['a', 1],
      ['other', 5],
    ]);
  });

  it('shows a value that was there before and is gone as zero', () => {
    const labels = new BoundedLabels();
    labels.combine([['a', 7]]);

    expect([...labels.combine([['b', 1]])]).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });

  it('joins as it is told', () => {
    const labels = new BoundedLabels(0);

    expect([
      ...labels.combine(
        [
          ['a', 9],
          ['b', 4],
        ],
        Math.max,
      ),
    ]).toEqual([['other', 9]]);
  });
});
