import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { InvalidPayloadError, PermanentJobError, RetryJobError, SnoozeJobError } from '@monstera/jobs';
import { nested, revoked, thing, trapProxy, TRAPS, withTrap, type Thing } from '../thing.js';
import { VALUES } from './values.js';

const NAMES = 'message name stack cause retryAfterMs delayMs code errors issues constructor toString toJSON then';
const READ_OF_ERRORS = [...NAMES.split(' '), Symbol.toPrimitive, Symbol.toStringTag, inspect.custom];

/** On the class, as an application's own error has them; an own property would not be the same. */
function errorClassWithTrap(key: PropertyKey): unknown {
  class HostileError extends Error {}
  withTrap(HostileError.prototype, key);
  const error = new HostileError('hostile');
  delete (error as Partial<Error> & Record<PropertyKey, unknown>)[key];
  return error;
}

const errorWith = (fields: object, message = 'hostile') => Object.assign(new Error(message), fields);
const anError = () => new Error('hostile');

const ODD_TEXTS: [string, () => unknown][] = [
  ['a symbol', () => Symbol('odd')],
  ['null', () => null],
  ['a number', () => 5],
  ['an object', () => ({ odd: true })],
  ['an object without prototype', () => Object.create(null) as unknown],
  ['a list', () => [{ file: 'x.ts' }, 5]],
  ['a function', () => () => 'odd'],
  ['a text of 2 MiB', () => 'x'.repeat(2 * 1024 * 1024)],
  ['a text with U+0000', () => 'a\u0000b'],
  ['a text cut inside a character', () => `${'x'.repeat(8 * 1024 - 17)}${'😀'.repeat(64)}`],
  ['a text that ends in half a character', () => 'cut \ud83d'],
  ['2 MiB of digits and spaces', () => '4111 1111 '.repeat(200_000)],
  ['one long line of "password="', () => 'password='.repeat(100_000)],
];

const ODD_NUMBERS: [string, unknown][] = [
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['a text', '5'],
  ['a BigInt', 5n],
  ['null', null],
  ['an object', { valueOf: () => 5 }],
  ['a Date', new Date()],
];

const CHAINS: Thing[] = [
  thing('an error that is its own cause', () => {
    const error = anError();
    return Object.assign(error, { cause: error });
  }),
  thing('two errors that cause each other', () => {
    const [first, second] = [anError(), anError()];
    Object.assign(first, { cause: second });
    return Object.assign(second, { cause: first });
  }),
  thing('a chain of 10,000 causes', () => nested(10_000, (cause) => new Error('link', { cause }), anError())),
  thing('an AggregateError', () => new AggregateError([anError(), 'text', null], 'several')),
  thing('an AggregateError of 10,000 parts', () => new AggregateError(Array.from({ length: 10_000 }, anError))),
  thing('an AggregateError that holds itself', () => {
    const error = new AggregateError([], 'several');
    error.errors.push(error);
    return error;
  }),
  thing('an AggregateError whose parts are no list', () => Object.assign(new AggregateError([]), { errors: 5 })),
  thing('an AggregateError whose parts throw', () => withTrap(new AggregateError([]), 'errors')),
  thing('an AggregateError of hostile parts', () => new AggregateError([trapProxy(anError(), TRAPS), revoked({})])),
];

const SHAPES: Thing[] = [
  thing('a frozen error', () => Object.freeze(anError())),
  thing('an object that only looks like an error', () => Object.create(Error.prototype) as unknown),
  thing('an error of another realm', () => runInNewContext('new TypeError("elsewhere")') as unknown),
  thing('a DOMException', () => new DOMException('hostile', 'AbortError')),
  thing('an error with circular requests and functions', () => {
    const request: Record<string, unknown> = { transform: [() => 1] };
    return errorWith({ isAxiosError: true, config: { request }, request: Object.assign(request, { request }) });
  }),
  thing('an error without a stack', () => Object.assign(anError(), { stack: undefined })),
  thing('an error without a prototype', () => Object.setPrototypeOf(anError(), null) as unknown),
  thing('an error that is a function', () => Object.setPrototypeOf(() => 1, Error.prototype) as unknown),
  thing('an InvalidPayloadError of the library', () => new InvalidPayloadError('other', [])),
  thing('a PermanentJobError', () => new PermanentJobError('never again')),
];

/** Of these a Proxy is made with each trap, because the library asks which class they are of. */
const KNOWN_CLASSES: [string, () => object][] = [
  ['an Error', anError],
  ['a PermanentJobError', () => new PermanentJobError('hostile')],
  ['a RetryJobError', () => new RetryJobError('hostile', 1)],
];

export const ERRORS: readonly Thing[] = [
  ...READ_OF_ERRORS.map((key) => thing(`an error class whose ${String(key)} throws`, () => errorClassWithTrap(key))),
  ...READ_OF_ERRORS.map((key) => thing(`an error whose own ${String(key)} throws`, () => withTrap(anError(), key))),
  ...ODD_TEXTS.flatMap(([what, make]) =>
    ['message', 'name', 'stack'].map((key) =>
      thing(`an error whose ${key} is ${what}`, () => errorWith({ [key]: make() })),
    ),
  ),
  ...ODD_NUMBERS.map(([what, value]) =>
    thing(`an error whose retryAfterMs is ${what}`, () => errorWith({ retryAfterMs: value })),
  ),
  ...CHAINS,
  ...SHAPES,
  ...KNOWN_CLASSES.flatMap(([what, make]) => [
    ...TRAPS.map((name) => thing(`a Proxy of ${what} whose ${name} throws`, () => trapProxy(make(), [name]))),
    thing(`a Proxy of ${what} of which every trap throws`, () => trapProxy(make(), TRAPS)),
    thing(`a revoked Proxy of ${what}`, () => revoked(make())),
  ]),
  ...VALUES,
];

/** A fault below the top: as a cause, and as one of several. */
export function causedBy({ name, make }: Thing, asPart: boolean): Thing {
  return asPart
    ? thing(`an AggregateError with ${name}`, () => new AggregateError([anError(), make()], 'several'))
    : thing(`an error caused by ${name}`, () => new Error('hostile', { cause: make() }));
}

/** Whether the library may take it for a wish never to run again. */
export const mayBePermanent = ({ name }: Thing): boolean => /Permanent|InvalidPayload/.test(name);

/** A snooze of which reading throws: an error of the attempt, or the snooze that it says. */
export const HOSTILE_SNOOZES: readonly Thing[] = [
  ...TRAPS.map((name) =>
    thing(`a Proxy of a SnoozeJobError whose ${name} throws`, () => trapProxy(new SnoozeJobError(1), [name])),
  ),
  thing('a SnoozeJobError whose delayMs throws', () => withTrap(new SnoozeJobError(1), 'delayMs')),
];
