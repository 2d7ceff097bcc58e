import { inHalves } from './in-halves.js';

const REFUSED = new Error('refused');
const BROKEN = new Error('broken');

/** Refuses what has one of these items, and throws for another. */
function attempts(bad: readonly number[], broken?: number) {
  const tried: number[][] = [];
  const refused: number[] = [];
  const attempt = (items: readonly number[]): Promise<void> => {
    tried.push([...items]);
    if (broken !== undefined && items.includes(broken)) return Promise.reject(BROKEN);
    return items.some((item) => bad.includes(item)) ? Promise.reject(REFUSED) : Promise.resolve();
  };
  const isItemsFault = (error: unknown) => error === REFUSED;
  return { tried, refused, halving: { attempt, isItemsFault, onRefused: (item: number) => void refused.push(item) } };
}

describe('inHalves', () => {
  it('attempts all at once if none is refused', async () => {
    const { tried, halving } = attempts([]);
    expect(await inHalves([1, 2, 3], halving)).toBe(3);
    expect(tried).toEqual([[1, 2, 3]]);
  });

  it('finds each refused item, and attempts the others, in their order', async () => {
    const { tried, refused, halving } = attempts([2, 5]);
    expect(await inHalves([1, 2, 3, 4, 5], halving)).toBe(5);
    expect(refused).toEqual([2, 5]);
    expect(tried).toEqual([[1, 2, 3, 4, 5], [1, 2, 3], [1, 2], [1], [2], [3], [4, 5], [4], [5]]);
  });

  it('ends with any other error', async () => {
    const { tried, halving } = attempts([1], 2);
    await expect(inHalves([1, 2, 3], halving)).rejects.toBe(BROKEN);
    expect(tried).toEqual([[1, 2, 3]]);
  });

  it('says how far it came where it was enough', async () => {
    for (const [bad, passed] of [
      [1, 1],
      [2, 2],
      [3, 3],
    ] as const) {
      const { tried, refused, halving } = attempts([bad]);
      expect(await inHalves([1, 2, 3, 4], { ...halving, isEnough: () => refused.length > 0 })).toBe(passed);
      expect(tried.at(-1)).toEqual([bad]);
    }
  });

  it('ends with what the listener throws', async () => {
    const { halving } = attempts([1, 2]);
    const onRefused = () => {
      throw BROKEN;
    };
    await expect(inHalves([1, 2], { ...halving, onRefused })).rejects.toBe(BROKEN);
  });

  it('has nothing to do without items', async () => {
    const { tried, halving } = attempts([]);
    expect(await inHalves([], halving)).toBe(0);
    expect(tried).toEqual([]);
  });
});
