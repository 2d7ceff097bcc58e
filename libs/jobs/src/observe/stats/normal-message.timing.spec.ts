import { normalMessage } from './normal-message.js';

describe('normalMessage()', () => {
  it('takes no long time for a text that nearly matches everything', () => {
    const startedMs = performance.now();
    for (const text of ['"'.repeat(301), "'a".repeat(150), 'a@'.repeat(150), 'a1'.repeat(150), '1.'.repeat(150)])
      normalMessage(text);
    expect(performance.now() - startedMs).toBeLessThan(100);
  });
});
