import { eventually } from './index.js';

describe('eventually', () => {
  it('returns the answer of the first attempt that does not throw', async () => {
    let attempts = 0;
    const answer = await eventually(
      () => {
        attempts += 1;
        expect(attempts).toBe(3);
        return 'there';
      },
      { intervalMs: 1 },
    );

    expect(answer).toBe('there');
    expect(attempts).toBe(3);
  });

  it('waits while a predicate answers false', async () => {
    const answers = [false, false, true];

    await expect(eventually(() => answers.shift() ?? true, { intervalMs: 1 })).resolves.toBe(true);

    expect(answers).toEqual([]);
  });

  it('rethrows the last error when time is up', async () => {
    await expect(eventually(() => expect(1).toBe(2), { timeoutMs: 20, intervalMs: 5 })).rejects.toThrow('Expected: 2');
  });
});
