import { encodeResult } from './result.js';

class Receipt {
  constructor(
    readonly id: number,
    readonly note?: string,
  ) {}
}

const circle: Record<string, unknown> = {};
circle.self = circle;

describe('encodeResult', () => {
  it.each([
    ['an object', { sent: 3 }, '{"sent":3}'],
    ['null', null, 'null'],
    ['false', false, 'false'],
    ['a class instance', new Receipt(7), '{"id":7}'],
    ['a Date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['an object with undefined', { x: undefined, y: 1 }, '{"y":1}'],
    ['NaN', [Number.NaN], '[null]'],
    ['a Map', new Map([[1, 2]]), '{}'],
    ['what toJSON returns', { toJSON: () => 'short' }, '"short"'],
    ['a backslash before u0000', '\\u0000', '"\\\\u0000"'],
    ['a pair of surrogates', '😀', '"😀"'],
  ])('stores what JSON makes of %s', (_, result, json) => {
    expect(encodeResult(result, 1_000)).toEqual({ json, issue: null });
  });

  it.each([
    ['nothing', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a toJSON that returns nothing', { toJSON: () => undefined }],
  ])('has no result to store for %s, and nothing to say about it', (_, result) => {
    expect(encodeResult(result, 1_000)).toEqual({ json: null, issue: null });
  });

  it.each([
    ['a circle', circle, 'JSON cannot hold it: TypeError: Converting circular structure to JSON'],
    ['a BigInt', { n: 1n }, 'JSON cannot hold it: TypeError: Do not know how to serialize a BigInt'],
    [
      'a getter that throws',
      {
        get x() {
          throw new Error('not now');
        },
      },
      'JSON cannot hold it: Error: not now',
    ],
    [
      'a trap that throws what cannot be described',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Proxy(new Error('x'), { get: () => { throw new Error('y'); } }); // prettier-ignore
          },
        },
      ),
      'JSON cannot hold it: The handler threw something that cannot be described',
    ],
    ['U+0000', 'a\u0000b', 'it has the character U+0000 or a lone surrogate, which PostgreSQL cannot store'],
    ['a lone surrogate', { text: ['\ud800'] }, 'it has the character U+0000 or a lone surrogate'],
  ])('leaves out %s and says why', (_, result, issue) => {
    const encoded = encodeResult(result, 1_000);
    expect(encoded.json).toBeNull();
    expect(encoded.issue).toContain(`The job is done, but its result was not stored: ${issue}`);
  });

  it('leaves out what is too large, and says how large it is and may be', () => {
    expect(encodeResult('ä'.repeat(50), 102)).toMatchObject({ issue: null });
    expect(encodeResult('ä'.repeat(50), 101)).toEqual({
      json: null,
      issue:
        'The job is done, but its result was not stored: it has 102 bytes as JSON; at most 101 are allowed. Store the data and return its key',
    });
  });
});
