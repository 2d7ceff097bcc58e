import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { jsonIssues, MAX_JSON_DEPTH } from './json-encoding.js';

class Money {
  constructor(readonly amount: number) {}
}

class Codes extends Array<number> {}

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = level % 2 ? { inner: value } : [value];
  return value;
}

function cyclic(): unknown {
  const team = { name: 'a', members: [] as unknown[] };
  team.members.push({ team });
  return { team };
}

/** Everything that a JavaScript value can be, hostile keys and numbers at the edge included. */
const anything = fc.anything({
  key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toJSON', 'a\u0000', '\ud800')),
  values: [
    fc.string({ unit: 'binary' }),
    fc.constantFrom<unknown>(undefined, Number.NaN, Infinity, 2 ** 53, -(2 ** 53), 1e21, 1n, Symbol('s'), () => 1),
    fc.double().map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
  ],
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

describe('jsonIssues', () => {
  it('accepts only what survives JSON unchanged', () => {
    fc.assert(
      fc.property(anything, (value) => {
        fc.pre(jsonIssues(value, 'payload').length === 0);
        const text = JSON.stringify(value);
        expect(isDeepStrictEqual(JSON.parse(text), value)).toBe(true);
        expect(text).not.toContain('\\u0000');
        expect(text.isWellFormed()).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('accepts everything that JSON can say, but for whole numbers beyond 2^53 and U+0000', () => {
    const json = fc.jsonValue({ maxDepth: 5, stringUnit: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) });
    fc.assert(
      fc.property(json, (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('\\u0000') && !text.includes('__proto__') && !/\d{16}/.test(text));
        expect(jsonIssues(value, 'payload')).toEqual([]);
      }),
    );
  });

  it.each<[string, unknown, string, string]>([
    ['undefined', { a: undefined }, 'payload.a', 'leave it out or use null'],
    ['a hole in an array', [1, , 3], 'payload[1]', 'undefined'], // oxlint-disable-line no-sparse-arrays -- the case itself
    ['a function', { list: [() => 1] }, 'payload.list[0]', 'a function cannot be written'],
    ['a symbol', { s: Symbol('s') }, 'payload.s', 'a symbol cannot be written'],
    ['a BigInt', { n: 1n }, 'payload.n', 'BigInt'],
    ['NaN', { n: Number.NaN }, 'payload.n', 'NaN cannot be written'],
    ['Infinity', [-Infinity], 'payload[0]', '-Infinity cannot be written'],
    ['a whole number beyond 2^53', { id: 2 ** 53 }, 'payload.id', 'use a string'],
    ['a negative one', { id: -(2 ** 60) }, 'payload.id', 'beyond 2^53'],
    ['a Date', { at: new Date(0) }, 'payload.at', 'toISOString()'],
    ['an invalid Date', { at: new Date(Number.NaN) }, 'payload.at', 'a Date'],
    ['a class instance', { price: new Money(5) }, 'payload.price', 'an instance of Money'],
    ['a Map', { map: new Map() }, 'payload.map', 'an instance of Map'],
    ['a Buffer', Buffer.from('x'), 'payload', 'an instance of Buffer'],
    ['an Error', { error: new TypeError('x') }, 'payload.error', 'an instance of TypeError'],
    ['a subclass of Array', { codes: Codes.of(1) }, 'payload.codes', 'an instance of Codes'],
    ['a boxed string', { name: Object('a') as unknown }, 'payload.name', 'an instance of String'],
    ['an object with toJSON', { a: { toJSON: () => 1 } }, 'payload.a', 'toJSON'],
    ['an array with toJSON', { a: Object.assign([1], { toJSON: () => 1 }) }, 'payload.a', 'named properties'],
    ['an array with other properties', { a: Object.assign([1], { total: 1 }) }, 'payload.a', 'named properties'],
    ['a symbol as key', { a: { [Symbol('s')]: 1 } }, 'payload.a', 'symbol'],
    ['a cycle', cyclic(), 'payload.team.members[0].team', 'refers to itself'],
    ['__proto__ from JSON.parse', JSON.parse('{"a": {"__proto__": {"admin": true}}}'), 'payload.a."__proto__"', 'key'],
    ['U+0000', { text: 'a\u0000b' }, 'payload.text', 'U+0000'],
    ['U+0000 in a key', { 'a\u0000b': 1 }, 'payload."a\\u0000b"', 'U+0000'],
    ['a lone high surrogate', { text: 'a\ud83d' }, 'payload.text', 'lone surrogate'],
    ['a lone low surrogate', ['\ude00a'], 'payload[0]', 'lone surrogate'],
    ['a lone surrogate in a key', { '\ud83d': 1 }, 'payload."\\ud83d"', 'lone surrogate'],
    ['65 levels', { deep: nested(MAX_JSON_DEPTH) }, 'payload.deep', 'deeper than 64 levels'],
  ])('refuses %s and says where and why', (kind, value, path, why) => {
    const issues = jsonIssues(value, 'payload');
    expect(issues).toHaveLength(1);
    if (kind === '65 levels') expect(issues[0]!.path.startsWith(path)).toBe(true);
    else expect(issues[0]!.path).toBe(path);
    expect(issues[0]!.message).toContain(why);
  });

  it('accepts 64 levels, surrogate pairs, 2^53 - 1, objects without prototype, and one object in two places', () => {
    const shared = { name: 'Ada' };
    const value = { a: shared, b: [shared, shared], c: '\u{1f600}', d: Number.MAX_SAFE_INTEGER, e: 1e21, f: 0.1 };
    expect(jsonIssues(Object.assign(Object.create(null), value), 'payload')).toEqual([]);
    expect(jsonIssues(value, 'payload')).toEqual([]);
    expect(jsonIssues(nested(MAX_JSON_DEPTH), 'payload')).toEqual([]);
  });

  it('accepts plain objects of another realm, which is what `response.json()` returns inside a test runner', () => {
    expect(jsonIssues(runInNewContext('({ a: [{ b: 1 }] })'), 'payload')).toEqual([]);
    expect(jsonIssues(runInNewContext('({ a: new Date() })'), 'payload')).toHaveLength(1);
  });

  it('reports every issue at once, twenty at most', () => {
    expect(jsonIssues({ a: 1n, b: [undefined, Number.NaN] }, 'p').map(({ path }) => path)).toEqual([
      'p.a',
      'p.b[0]',
      'p.b[1]',
    ]);
    expect(
      jsonIssues(
        Array.from({ length: 50 }, () => undefined),
        'p',
      ),
    ).toHaveLength(20);
  });
});
