import { errorText } from './error-text.js';
import { maskAddresses } from './mask-addresses.js';

describe('errorText()', () => {
  it('takes no longer for errors in errors in errors than for a few', () => {
    const circle = new AggregateError([], 'round');
    circle.errors.push(...Array.from({ length: 10 }, () => circle));
    let nested: unknown = 'leaf';
    for (let i = 0; i < 8; i++)
      nested = new AggregateError(
        Array.from({ length: 10 }, () => nested),
        'nested',
      );
    const startedMs = performance.now();
    expect(errorText(circle)).toContain('One of its errors: AggregateError: round');
    expect(errorText(nested)).toContain('One of its errors: AggregateError: nested');
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});

describe('maskAddresses()', () => {
  it('takes no longer for texts that look like addresses for long', () => {
    const startedMs = performance.now();
    for (const text of [
      'a.'.repeat(50_000),
      `a@${'b.'.repeat(50_000)}`,
      '"'.repeat(50_000),
      'a@'.repeat(50_000),
      'a%40'.repeat(25_000),
    ])
      maskAddresses(`${text}@`);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
