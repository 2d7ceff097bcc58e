import { InvalidJobOptionError } from '../job.errors.js';
import { requireAll, requireInteger, requireKey, requireName, shownValue } from './option-checks.js';

function issueOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidJobOptionError);
    const [issue] = (error as InvalidJobOptionError).issues;
    return `${issue!.path} ${issue!.message}`;
  }
  return 'accepted';
}

describe('requireName', () => {
  it.each(['a', '_', '9', 'Mail', 'mail:send.v2-x', 'x'.repeat(50), 'constructor'])('accepts %s', (name) => {
    expect(issueOf(() => requireName('queue', name))).toBe('accepted');
  });

  it.each([
    ['empty', '', 'non-empty'],
    ['not a string', 5, 'non-empty'],
    ['missing', undefined, 'non-empty'],
    ['51 characters long', 'x'.repeat(51), 'has 51 characters; at most 50'],
    ['SQL', "x'; drop table jobs; --", 'may only have'],
    ['quoted', '"jobs"', 'may only have'],
    ['a path', '../etc', 'may only have'],
    ['a Cyrillic look-alike', 'm\u0430il', 'may only have'],
    ['followed by a line break', 'mail\n', 'may only have'],
    ['with U+0000', 'ma\u0000il', 'may only have'],
    ['an option', '-x', 'may only have'],
    ['a list', 'a,b', 'may only have'],
  ])('refuses a name that is %s, saying where and why', (_, name, why) => {
    const issue = issueOf(() => requireName('queue', name));
    expect(issue).toMatch(/^queue /);
    expect(issue).toContain(why);
  });
});

describe('requireKey', () => {
  it.each(['a', 'user 7 / week “3”', "it's", '\u{1f600}', 'k'.repeat(200)])('accepts %s', (key) => {
    expect(issueOf(() => requireKey('uniqueKey', key))).toBe('accepted');
  });

  it.each([
    ['empty', '', 'non-empty'],
    ['a number', 7, 'non-empty'],
    ['null', null, 'non-empty'],
    ['201 characters long', 'k'.repeat(201), 'has 201 characters; at most 200'],
    ['with U+0000', 'a\u0000', 'control characters'],
    ['with a line break', 'a\nb', 'control characters'],
    ['with DEL', 'a\u007f', 'control characters'],
    ['with a lone surrogate', 'a\ud800', 'lone surrogates'],
  ])('refuses a key that is %s', (_, key, why) => {
    expect(issueOf(() => requireKey('uniqueKey', key))).toContain(why);
  });
});

describe('requireInteger', () => {
  it.each([0, 9, 5])('accepts %i from 0 to 9', (value) => {
    expect(issueOf(() => requireInteger('priority', value, 0, 9))).toBe('accepted');
  });

  it.each([-1, 10, 0.5, Number.NaN, Infinity, '5', null, undefined, 5n])('refuses %p', (value) => {
    expect(issueOf(() => requireInteger('priority', value, 0, 9))).toBe(
      `priority is ${String(value)}; must be a whole number from 0 to 9`,
    );
  });
});

describe('requireAll', () => {
  it('tells what all checks have found, in one error', () => {
    const check = () =>
      requireAll(
        () => requireName('queue', ''),
        () => requireInteger('priority', 5, 0, 9),
        () => requireKey('uniqueKey', ''),
      );
    expect(check).toThrow(InvalidJobOptionError);
    expect(check).toThrow(/queue: .*\n.*uniqueKey: /);
  });

  it('lets through what is no error of an option', () => {
    const check = () => {
      throw new TypeError('a bug');
    };
    expect(() => requireAll(() => requireName('queue', ''), check)).toThrow(new TypeError('a bug'));
  });
});

describe('shownValue', () => {
  it.each([
    ['default', "'default'"],
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
    [() => 7, 'a function'],
    [{ a: 1 }, '{ a: 1 }'],
  ])('of %j is %s', (value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });

  it('is cut', () => {
    expect(shownValue('x'.repeat(1_000)).length).toBeLessThan(70);
  });
});
