import { inspect } from 'node:util';
import { nested, revoked, thing, trap, trapProxy, TRAPS, withTrap, type Thing } from '../thing.js';

class Invoice {
  readonly total = 12;
  constructor(readonly number = 'A-1') {}
}

class Guarded {
  readonly #secret = 1;
  get secret(): number {
    return this.#secret;
  }
}

const PRIMITIVES: Thing[] = [
  thing('undefined', () => undefined),
  thing('null', () => null),
  thing('true', () => true),
  thing('-0', () => -0),
  thing('NaN', () => NaN),
  thing('Infinity', () => Infinity),
  thing('a number beyond 2^53', () => 2 ** 60),
  thing('a BigInt', () => 10n),
  thing('an empty text', () => ''),
  thing('a text', () => 'text'),
  thing('a text with U+0000', () => 'a\u0000b'),
  thing('a text with a lone surrogate', () => 'a\ud800b'),
  thing('a text of 300 KiB', () => 'x'.repeat(300 * 1024)),
  thing('a text of 2 MiB', () => 'é'.repeat(1024 * 1024)),
  thing('a symbol', () => Symbol('hostile')),
  thing('a registered symbol', () => Symbol.for('hostile')),
  thing('a function', () => () => 1),
  thing('a class', () => Invoice),
];

const OBJECTS: Thing[] = [
  thing('an empty object', () => ({})),
  thing('an empty list', () => []),
  thing('an object without prototype', () => Object.assign(Object.create(null) as object, { a: 1 })),
  thing('a frozen object', () => Object.freeze({ a: Object.freeze([1]) })),
  thing('a Date', () => new Date(0)),
  thing('an invalid Date', () => new Date(NaN)),
  thing('a Map', () => new Map([['a', 1]])),
  thing('a Set', () => new Set([1])),
  thing('a RegExp', () => /x/g),
  thing('a Buffer', () => Buffer.from('hostile')),
  thing('a typed array', () => new Float64Array([NaN, -0])),
  thing('a URL', () => new URL('https://example.com/?a=1')),
  thing('a WeakMap', () => new WeakMap()),
  thing('a generator', () => (function* () {})()),
  thing('a class instance', () => new Invoice()),
  thing('an instance with private fields', () => new Guarded()),
  thing('an Error', () => new Error('as a value')),
  thing('a property that is undefined', () => ({ x: undefined, y: 1 })),
  thing('a list with undefined', () => [undefined, () => 1, Symbol('s')]),
  // oxlint-disable-next-line no-sparse-arrays
  thing('a sparse list', () => [1, , 3]),
  thing('a list with a named property', () => Object.assign([1], { extra: true })),
  thing('a boxed text', () => Object('boxed') as unknown),
  thing('a boxed BigInt', () => Object(1n) as unknown),
  thing('a promise inside an object', () => ({ promise: Promise.resolve(1) })),
  thing('a __proto__ key', () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown),
  thing('a constructor key', () => ({ constructor: { prototype: { polluted: true } } })),
  thing('a key with U+0000', () => ({ 'a\u0000b': 1 })),
  thing('10,000 keys', () => Object.fromEntries(Array.from({ length: 10_000 }, (_, key) => [`k${key}`, key]))),
  thing('nested 100 deep', () => nested(100, (inner) => ({ inner }), 1)),
  thing('nested 20,000 deep', () => nested(20_000, (inner) => [inner], 1)),
];

const CYCLES: Thing[] = [
  thing('an object that holds itself', () => {
    const self: Record<string, unknown> = { a: 1 };
    return Object.assign(self, { self });
  }),
  thing('a list that holds itself', () => {
    const list: unknown[] = [];
    list.push(list);
    return list;
  }),
  thing('a Map that holds itself', () => {
    const map = new Map<string, unknown>();
    return map.set('map', map);
  }),
];

const TO_JSON: Thing[] = [
  thing('a toJSON that throws', () => ({ toJSON: () => trap('toJSON') })),
  thing('a toJSON that answers a BigInt', () => ({ toJSON: () => 1n })),
  thing('a toJSON that answers undefined', () => ({ toJSON: () => undefined })),
  thing('a toJSON that answers itself', () => {
    const self = { toJSON: (): unknown => self };
    return self;
  }),
  thing('a toJSON that answers a cycle', () => ({
    toJSON: () => {
      const self: Record<string, unknown> = {};
      return Object.assign(self, { self });
    },
  })),
  thing('a toJSON that is no function', () => ({ toJSON: 5 })),
  thing('a getter toJSON that throws', () => withTrap({ a: 1 }, 'toJSON')),
];

/** Reading these throws. `then` and every property of a Proxy are read when a promise is resolved with the object. */
const TRAPPED: Thing[] = [
  thing('a getter that throws', () => withTrap({ a: 1 }, 'b')),
  thing('a getter then that throws', () => withTrap({ a: 1 }, 'then'), true),
  thing('a getter constructor that throws', () => withTrap({ a: 1 }, 'constructor')),
  thing('a toString that throws', () => ({ toString: () => trap('toString'), valueOf: () => trap('valueOf') })),
  thing('a Symbol.toPrimitive that throws', () => ({ [Symbol.toPrimitive]: () => trap('toPrimitive') })),
  thing('a getter Symbol.toStringTag that throws', () => withTrap({}, Symbol.toStringTag)),
  thing('an inspect.custom that throws', () => ({ [inspect.custom]: () => trap('inspect.custom') })),
  thing('a getter that answers a symbol', () => ({
    get odd() {
      return Symbol('odd');
    },
  })),
  thing('a getter that throws undefined', () => ({
    get odd() {
      const nothing: unknown = undefined;
      throw nothing as Error;
    },
  })),
  ...TRAPS.map((name) => thing(`a Proxy whose ${name} throws`, () => trapProxy({ a: 1 }, [name]), name === 'get')),
  ...TRAPS.map((name) => thing(`a list Proxy whose ${name} throws`, () => trapProxy([1], [name]), name === 'get')),
  thing('a Proxy of which every trap throws', () => trapProxy({ a: 1 }, TRAPS), true),
  thing('a revoked Proxy', () => revoked({}), true),
  thing('a revoked list Proxy', () => revoked([]), true),
  thing('a revoked function Proxy', () => revoked(() => 1), true),
];

export const VALUES: readonly Thing[] = [...PRIMITIVES, ...OBJECTS, ...CYCLES, ...TO_JSON, ...TRAPPED];

/** Values that are deep inside others meet other code than those at the top. */
const WRAPPERS: { name: string; wrap: (inner: unknown) => unknown }[] = [
  { name: 'inside an object', wrap: (inner) => ({ inner, other: 1 }) },
  { name: 'inside a list', wrap: (inner) => [1, inner] },
  { name: 'inside a Map', wrap: (inner) => new Map([['inner', inner]]) },
  { name: 'five deep', wrap: (inner) => nested(5, (level) => ({ level }), inner) },
  {
    name: 'behind a getter',
    wrap: (inner) => Object.defineProperty({}, 'inner', { enumerable: true, get: () => inner }),
  },
  { name: 'behind a toJSON', wrap: (inner) => ({ toJSON: () => inner }) },
  {
    name: 'with another prototype',
    wrap: (inner) => Object.assign(Object.create({ base: inner }) as object, { inner }),
  },
];

export function wrapped({ name, make }: Thing, index: number): Thing {
  const { name: how, wrap } = WRAPPERS[index % WRAPPERS.length]!;
  return thing(`${name}, ${how}`, () => wrap(make()));
}
