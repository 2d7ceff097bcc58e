import { resultIssue } from './result.js';

describe('resultIssue', () => {
  it.each([[undefined], [null], [{ sent: 3 }], ['x'.repeat(98)]])('lets %j be stored', (result) => {
    expect(resultIssue(result, 100)).toBeNull();
  });

  it('says how large a result is and how large it may be', () => {
    expect(resultIssue('ä'.repeat(50), 100)).toBe(
      'result: has 102 bytes as JSON; at most 100 are allowed. Store the data and return its key',
    );
  });

  it('names what JSON cannot hold', () => {
    expect(resultIssue({ at: new Date(0), n: 1n }, 100)).toMatch(/result\.at: a Date .*; result\.n: a BigInt/);
  });
});
