import { InvalidJobOptionError } from '../job.errors.js';
import { optionNameIssues, requireKnownOptions } from './known-options.js';

const KNOWN = ['delayMs', 'priority', 'uniqueKey'];

class Options {
  delayMs = 5;
}

describe('requireKnownOptions', () => {
  it.each([{}, { delayMs: 1 }, { priority: undefined, uniqueKey: 'k' }, Object.create(null) as object, new Options()])(
    'accepts %j',
    (given) => {
      expect(() => requireKnownOptions('', given, KNOWN)).not.toThrow();
    },
  );

  it('names each unknown option at once, with the nearest one that there is, whatever its value', () => {
    const check = () => requireKnownOptions('', { delay: undefined, prio: 1, uniqueKey: 'k' }, KNOWN);
    expect(check).toThrow(InvalidJobOptionError);
    expect(check).toThrow('delay: is not an option; did you mean "delayMs"?');
    expect(check).toThrow('prio: is not an option; did you mean "priority"?');
  });

  it('lists the options where none is near', () => {
    const check = () => requireKnownOptions('', { removeOnComplete: true }, KNOWN);
    expect(check).toThrow('removeOnComplete: is not an option; the options are delayMs, priority, uniqueKey');
  });

  it.each([
    ['null', null, 'null'],
    ['nothing', undefined, 'undefined'],
    ['a text', 'delayMs', 'a string'],
    ['a number', 5, 'a number'],
    ['a flag', true, 'a boolean'],
    ['an array', [], 'an array'],
    ['a date', new Date(), 'a Date'],
    ['a map', new Map([['delayMs', 5]]), 'a Map'],
    ['a function', () => ({}), 'a function'],
  ])('refuses %s instead of an object', (_, given, kind) => {
    expect(optionNameIssues('', given, KNOWN)).toEqual([
      { path: 'options', message: `must be an object with options; it is ${kind}` },
    ]);
  });

  it('says where the options are, and cuts long names', () => {
    const issues = optionNameIssues('lease', { ['x'.repeat(1_000)]: 1 }, ['renewMs']);
    expect(issues).toEqual([
      { path: `lease.${'x'.repeat(50)}…`, message: 'is not an option; the only one is renewMs' },
    ]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('knows nothing of %s', (name) => {
    const given = Object.defineProperty({}, name, { value: 1, enumerable: true });
    expect(optionNameIssues('', given, KNOWN)).toHaveLength(1);
  });
});
